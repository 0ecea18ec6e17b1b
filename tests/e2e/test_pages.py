# SPDX-License-Identifier: BSD-3-Clause
"""Lists come in pages, each of which goes on where the one before stopped."""


def test_pages_go_on_where_they_stopped(make_home, tmp_path):
    (tmp_path / "a.txt").write_text("ads.example\n")
    (tmp_path / "spin.yaml").write_text("lists:\n" + "".join(f"  - {{name: l{n}, file: {tmp_path}/a.txt, action: none}}\n" for n in range(3)))
    home = make_home()
    home.gateway.start_control("--config", tmp_path / "spin.yaml", connected=False)
    home.gateway.start_dataplane()
    api = home.gateway.api
    for host in home.devices:
        host.ping(home.router.ipv4)
        api.device(host.mac)
    for name in ("anna", "ben", "carl"):
        assert api.request("POST", "/users", {"name": name, "password": "long enough, this", "role": "user"}).status == 201
        assert api.request("POST", "/tokens", {"name": f"of-{name}", "role": "viewer"}).status == 201
        assert api.request("POST", "/login", {"name": name, "password": "long enough, this"}).status == 200
        assert api.request("POST", "/captures", {"max_seconds": 60}).status == 201
    for path, key, least in (("/devices", "id", 2), ("/users", "id", 3), ("/tokens", "id", 4), ("/sessions", "id", 3),
                             ("/captures", "id", 3), ("/lists", "name", 3)):
        whole = [one[key] for one in api.get(path)["items"]]
        paged, cursor = [], ""
        while True:
            page = api.get(f"{path}?limit=1{cursor}")
            paged += [one[key] for one in page["items"]]
            if not page["next_cursor"]:
                break
            cursor = "&cursor=" + page["next_cursor"]
        assert paged == whole and len(whole) >= least, path
        assert api.request("GET", f"{path}?cursor=x").json["key"] == "bad_value", path
