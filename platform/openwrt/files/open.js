// SPDX-License-Identifier: BSD-3-Clause
// LuCI's page: how the gateway is, and a button that opens its own interface.
'use strict';
'require view';
'require rpc';
'require uci';

const status = rpc.declare({ object: 'spin', method: 'status' });

// Where the interface listens for other machines; loopback alone is reached by ssh -L only.
function address() {
	const all = L.toArray(uci.get('spin', 'main', 'listen'));
	const far = all.find((one) => !/^(127\.|\[::1\]|localhost)/.test(one));
	if (!far)
		return null;
	const port = far.slice(far.lastIndexOf(':') + 1);
	return `https://${location.hostname}:${port}/`;
}

return view.extend({
	load: () => Promise.all([L.resolveDefault(status(), null), uci.load('spin')]),
	render: ([now]) => {
		const to = address();
		return E('div', {}, [
			E('h2', {}, _('SPIN gateway')),
			E('p', {}, now ? now.sentence || _('It runs.') : _('It does not run: service spin start')),
			to
				? E('a', { class: 'btn cbi-button cbi-button-action', href: to, target: '_blank', rel: 'noopener' }, _('Open the Traffic Monitor'))
				: E('p', {}, _('It listens on this router alone. Add an address of the home to the option listen of /etc/config/spin.')),
		]);
	},
	handleSave: null,
	handleSaveApply: null,
	handleReset: null,
});
