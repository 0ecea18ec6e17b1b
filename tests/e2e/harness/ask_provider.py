# SPDX-License-Identifier: BSD-3-Clause
"""What test_contract.py asks about proposals and helpdesks."""

from .api import Api, token_of


def ask(home, good, dev):
    """Proposals are made by the provider's own token while it is let in; a helpdesk comes with a code."""
    provider = Api(home.gateway.api.url, token=token_of(home.gateway.run_dir, "provider"))
    good("grantProvider", "/provider:grant", body={"rights": ["statistics"]})
    rule = {"action": "block", "subject": {"device": dev}, "object": {"domain": "ads.example"}}
    made = good("createProposal", "/proposals", body={"rule": rule, "evidence": "It asks often."}, status=201).json["id"]
    good("getProposal", f"/proposals/{made}")
    good("askProposal", f"/proposals/{made}:ask", body={"text": "How often?"})
    good("answerProposal", f"/proposals/{made}:answer", body={"text": "Each second."})
    assert provider.get("/proposals")["items"][0]["answer"] == "Each second."
    good("acceptProposal", f"/proposals/{made}:accept")
    good("undo", "/undo")
    other = good("createProposal", "/proposals", body={"rule": rule, "evidence": "It asks often."}, status=201).json["id"]
    good("declineProposal", f"/proposals/{other}:decline", body={"text": "No."})
    record = good("createProposal", "/proposals", body={"capture": {"device": dev}, "evidence": "It stalls."}, status=201).json["id"]
    begun = good("acceptProposal", f"/proposals/{record}:accept", status=201).json["id"]
    good("deleteCapture", f"/captures/{begun}", status=204)
    good("listProposals", "/proposals")
    code = good("createHelp", "/help-codes", body={"rights": ["devices"]}, status=201).json
    assert good("listHelps", "/help-codes").json["items"] == [code["help"]]
    good("redeemHelp", "/help-codes:redeem", body={"code": code["code"]})
    good("deleteHelp", f"/help-codes/{code['help']['id']}", status=204)
    good("getStatistics", "/statistics")
    good("endProvider", "/provider:end")
    good("getStatistics", "/statistics?preview=1")
