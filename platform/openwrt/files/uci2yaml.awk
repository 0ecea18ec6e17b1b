# SPDX-License-Identifier: BSD-3-Clause
# uci2yaml's reader and writer: the first input is what spin-control prints of its keys, the second the file of UCI.
# Source: OpenWrt's UCI file syntax: config TYPE [NAME], option NAME VALUE, list NAME VALUE; words in '…', "…" or bare.

function fail(what, right) {
	printf "%s:%d: %s: %s\n", name, FNR, what, right > "/dev/stderr"
	bad = 1
	exit 1
}

# One JSON string member of the line's object.
function member(text, key,    at, rest) {
	at = index(text, "\"" key "\":\"")
	if (!at) return ""
	rest = substr(text, at + length(key) + 4)
	return substr(rest, 1, index(rest, "\"") - 1)
}

# The keys are one line of JSON: an object each, from {"name":"…" on.
function read_keys(text,    n, parts, i, key, word) {
	n = split(text, parts, /\{"name":"/)
	for (i = 2; i <= n; i++) {
		key = substr(parts[i], 1, index(parts[i], "\"") - 1)
		word = key
		gsub(/\./, "_", word)
		full[word] = key
		type[word] = member(parts[i], "type")
	}
}

# The next word of `line` into `token`; false at its end. Quoted and bare parts stand together as in a shell, a
# backslash outside of '…' takes the next character as it is. A quote that does not end is an error.
function word(    quote, c) {
	sub(/^[ \t]+/, "", line)
	if (line == "" || substr(line, 1, 1) == "#") return 0
	token = ""
	quote = ""
	while (line != "") {
		c = substr(line, 1, 1)
		if (quote == "" && c ~ /[ \t]/) break
		line = substr(line, 2)
		if (c == "\\" && quote != "'") {
			token = token substr(line, 1, 1)
			line = substr(line, 2)
		} else if (quote == "" && (c == "'" || c == "\"")) {
			quote = c
		} else if (c == quote) {
			quote = ""
		} else {
			token = token c
		}
	}
	if (quote != "") fail("a quote does not end", "end it with " quote " on the same line")
	return 1
}

function nearest(text,    k) {
	for (k in full)
		if (index(k, text) || index(text, k)) return "did you mean '" k "'?"
	return "man spin.yaml lists the keys, with '_' for '.'"
}

# A scalar that YAML reads as it stands, else in double quotes.
function scalar(value, kind_of) {
	if (kind_of == "boolean") {
		if (value ~ /^(1|on|yes|true|enabled)$/) return "true"
		if (value ~ /^(0|off|no|false|disabled)$/) return "false"
		fail("'" value "' is no switch", "write 1 or 0")
	}
	if (value ~ /^[A-Za-z0-9\/][A-Za-z0-9_.\/@%+-]*$/ && value !~ /^(true|false|null|~)$/) return value
	if (kind_of == "number" || kind_of == "duration" || kind_of == "size")
		fail("'" value "' is no " kind_of, "write digits, with a unit where one belongs")
	gsub(/\\/, "\\\\", value)
	gsub(/"/, "\\\"", value)
	return "\"" value "\""
}

function put(option, value, is_list) {
	if (option == "lan" || option == "wan") {
		if (value !~ /^[A-Za-z0-9_.:@-]+$/) fail("'" value "' is no port", "write the name of an interface, or a PCI address")
		ports = ports " --" option " " value
		return
	}
	if (!(option in full)) fail("unknown option '" option "'", nearest(option))
	if (type[option] == "object") fail("'" option "' is a mapping", "write it into a file in /etc/spin/conf.d")
	if (is_list != (type[option] == "list"))
		fail("'" option "' is " (is_list ? "no list" : "a list"), is_list ? "use option" : "use list")
	if (is_list) {
		items[option] = items[option] (items[option] == "" ? "" : ", ") scalar(value, "text")
		if (!(option in seen)) order[++count] = option
	} else {
		if (option in seen) fail("'" option "' is said twice", "leave one")
		items[option] = scalar(value, type[option])
		order[++count] = option
	}
	seen[option] = 1
}

function field(option, value,    known) {
	known = section == "device" ? " mac name profile " : " action subject what service time for comment "
	if (!index(known, " " option " ")) fail("unknown option '" option "' of a " section, "there are" known)
	if (value ~ /[\t\n]/) fail("'" option "' has a tab in it", "write spaces")
	fields[option] = value
}

function join(verb, a, b) {
	print verb "\t" a (b == "" ? "" : "\t" b)
}

# A section has ended: what it says, as lines for spinctl.
function flush_section(    line_of) {
	if (section == "device" && ("mac" in fields)) {
		if ("name" in fields) join("rename", fields["mac"], fields["name"])
		if ("profile" in fields) join("profile", fields["mac"], fields["profile"])
	} else if (section == "device") {
		fail("the device above has no mac", "option mac '02:00:00:00:00:0a'")
	} else if (section == "rule") {
		if (fields["action"] !~ /^(block|allow)$/) fail("the rule above has no action", "option action 'block', or 'allow'")
		if (fields["what"] == "") fail("the rule above says not of what", "option what 'ads.example'")
		line_of = fields["action"] "\t" fields["what"]
		if ("service" in fields) line_of = line_of "\tby\t" fields["service"]
		line_of = line_of "\tfor\t" (("subject" in fields) ? fields["subject"] : "everyone")
		if ("time" in fields) line_of = line_of "\t--schedule\t" fields["time"]
		if ("comment" in fields) line_of = line_of "\t--comment\t" fields["comment"]
		print line_of
	}
	split("", fields)
}

NR == FNR {
	read_keys($0)
	next
}

{
	line = $0
	if (!word()) next
	verb = token
	if (verb == "config") {
		if (kind == "commands") flush_section()
		if (!word()) fail("config says not of what", "config gateway, device or rule")
		section = token
		if (section !~ /^(gateway|device|rule)$/) fail("unknown section '" section "'", "there are gateway, device and rule")
		if (section == "gateway" && gateways++) fail("a second gateway", "one section of it is enough")
		if (word() && word()) fail("'" token "' is too much", "config TYPE 'NAME'")
	} else if (verb == "option" || verb == "list") {
		if (section == "") fail("an " verb " before any section", "begin with: config gateway 'main'")
		if (!word()) fail(verb " says not which", verb " NAME 'VALUE'")
		what = token
		if (!word()) fail(what " has no value", verb " " what " 'VALUE'")
		value = token
		if (word()) fail("'" token "' is too much", "put the value into quotes")
		if (section == "gateway") put(what, value, verb == "list")
		else if (verb == "list") fail("'" what "' is no list", "use option")
		else field(what, value)
	} else if (verb != "package") {
		fail("'" verb "' is no word of UCI", "there are config, option and list")
	}
}

END {
	if (bad) exit 1
	if (kind == "commands") flush_section()
	else if (kind == "ports") print substr(ports, 2)
	else {
		print "# Made from " name ", and made again at each start: change that, not this."
		for (i = 1; i <= count; i++) {
			option = order[i]
			text = type[option] == "list" ? "[" items[option] "]" : items[option]
			dot = index(full[option], ".")
			if (!dot) {
				print full[option] ": " text
				continue
			}
			outer = substr(full[option], 1, dot - 1)
			if (!(outer in inner)) outers[++mappings] = outer
			inner[outer] = inner[outer] "  " substr(full[option], dot + 1) ": " text "\n"
		}
		for (i = 1; i <= mappings; i++) printf "%s:\n%s", outers[i], inner[outers[i]]
		if (!count) print "log_level: info"
	}
}
