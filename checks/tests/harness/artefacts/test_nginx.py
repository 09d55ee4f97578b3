"""What day 7's exercises read of an nginx configuration: where a request arrives, and with what."""

import re
from pathlib import Path

import pytest

from checks.harness.artefacts.nginx import Nginx

ROOT = Path(__file__).parents[4]
PINNED = re.compile(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)


class TestNginx:
    @pytest.mark.parametrize(
        ("path", "status"),
        [("/", "200"), ("/a", "201"), ("/a/b", "202"), ("/ab", "203"), ("/c.txt", "204")],
    )
    def test_a_place_is_chosen_as_nginx_chooses(
        self, tmp_path: Path, path: str, status: str
    ) -> None:
        places = {"/": 200, "= /a": 201, "/a/": 202, "~ ^/ab": 203, "~* TXT$": 204, "/c": 205}
        blocks = "".join(f"location {each} {{ return {n}; }}" for each, n in places.items())
        (tmp_path / "n.conf").write_text(f"server {{ listen 80; {blocks} }}")

        nginx = Nginx(tmp_path / "n.conf")

        assert nginx.server("80").location(path).return_directive == status

    def test_headers_of_an_inner_block_hide_those_outside(self, tmp_path: Path) -> None:
        inner = "location /in { proxy_set_header B b; }"
        text = f"server {{ listen 80; proxy_set_header A a; {inner} }}"
        (tmp_path / "n.conf").write_text(text)

        server = Nginx(tmp_path / "n.conf").server("80")

        assert server.location("/").headers == {"a": "a"}
        assert server.location("/in").headers == {"b": "b"}

    @pytest.mark.parametrize(
        ("lines", "arriving"),
        [
            ("rewrite ^/(a) /$9; proxy_pass http://api;", "/"),
            ("rewrite ^/(a) /$1$2/; proxy_pass http://api;", "/a/"),
            ("rewrite ^/(a) '\\g<5>'; set $b http://api; proxy_pass $b$uri;", r"\g<5>"),
            ("set $a /x; set $ab /y; proxy_pass http://api$ab;", "/y"),
            ("set $a $b/z; set $b /x; proxy_pass http://api$a;", "/z"),
            ("set $a /x; set $b ${a}/y; proxy_pass http://api$b;", "/x/y"),
        ],
    )
    def test_a_request_arrives_as_nginx_sends_it(
        self, tmp_path: Path, lines: str, arriving: str
    ) -> None:
        (tmp_path / "n.conf").write_text(f"server {{ listen 80; location / {{ {lines} }} }}")

        location = Nginx(tmp_path / "n.conf").server("80").location("/a/b")

        assert location.forwarded_path("/a/b") == arriving

    def test_an_expanded_value_is_bounded(self, tmp_path: Path) -> None:
        lines = "\n".join(f"set $a{n + 1} $a{n}$a{n};" for n in range(40))
        (tmp_path / "n.conf").write_text(
            "server { listen 80; location / { set $a0 aaaaaaaa;\n"
            f"{lines}\nproxy_pass http://a/$a40; }} }}"
        )
        location = Nginx(tmp_path / "n.conf").server("80").location("/")

        with pytest.raises(AssertionError, match=r"n\.conf:\d+ is nginx's .*longer than"):
            location.forwarded_path("/")
        with pytest.raises(AssertionError, match=r"n\.conf:\d+ is nginx's .*longer than"):
            assert location.proxy_pass

    @pytest.mark.parametrize(
        ("location", "path"),
        [("=/a", "/a"), ("=", ""), ("~^/a", "/a"), ("~*^/A", "/a"), ("^~/a", "/ab")],
    )
    def test_a_modifier_may_touch_its_path(self, tmp_path: Path, location: str, path: str) -> None:
        block = f"location {location} {{ return 404; }}"
        (tmp_path / "n.conf").write_text(f"server {{ listen 80; {block} }}")

        assert Nginx(tmp_path / "n.conf").server("80").location(path).denies_access

    def test_an_upstream_has_settings_beside_its_servers(self, tmp_path: Path) -> None:
        text = "upstream u { least_conn; server api:8000; } server { listen 80; }"
        (tmp_path / "n.conf").write_text(text)

        assert Nginx(tmp_path / "n.conf").proxies_to("http://u", "api")

    def test_a_map_of_one_value_is_that_value(self, tmp_path: Path) -> None:
        maps = "map $uri $a { default http://api:8000; } map $uri $b { default x; /y z; }"
        places = "location / { proxy_pass $a; } location /b { proxy_pass $b; }"
        (tmp_path / "n.conf").write_text(f"{maps} server {{ listen 80; {places} }}")

        server = Nginx(tmp_path / "n.conf").server("80")

        assert server.location("/").proxy_pass == "http://api:8000"
        assert server.location("/b").proxy_pass == "$b"

    def test_an_internal_location_denies_access(self, tmp_path: Path) -> None:
        (tmp_path / "n.conf").write_text("server { location /a { internal; } }")

        server = Nginx(tmp_path / "n.conf").server("80")

        assert server.location("/a").denies_access
        assert not server.location("/").denies_access

    def test_each_location_that_proxies_to_a_service_is_found(self, tmp_path: Path) -> None:
        inner = "location /a/b { proxy_set_header B b; proxy_pass http://api:1; }"
        places = f"location /a {{ {inner} }} location /c {{ proxy_pass http://c; }}"
        (tmp_path / "n.conf").write_text(f"server {{ {places} }}")
        nginx = Nginx(tmp_path / "n.conf")

        found = nginx.locations_to("api", nginx.server("80"))

        assert [each.headers for each in found] == [{"b": "b"}]

    def test_a_path_below_ends_as_a_pattern_asks(self, tmp_path: Path) -> None:
        pattern = r"location ~* \.(?:css|json)$ { return 200; }"
        (tmp_path / "n.conf").write_text(f"server {{ location /m {{ }} {pattern} }}")
        server = Nginx(tmp_path / "n.conf").server("80")

        won = [path for path in server.paths_below("/m") if server.location(path).return_directive]

        assert won == ["/m/x.css", "/m/x.json"]


class TestAnswer:
    @pytest.mark.parametrize(
        "lines",
        [
            "return 308 https://a/b;",
            "rewrite ^ https://a/b permanent;",
            "rewrite ^/(.*) https://a/$1 redirect; return 404;",
            "if ($https = '') { return 308 https://a/b; }",
            "if ($scheme != https) { return 308 https://a/b; }",
            "if ($scheme = http) { rewrite ^ https://a/b permanent; }",
            "if ($server_port = 8080) { return 308 https://a/b; }",
            "if ($https != on) { return 308 https://a/b; }",
            "if ($scheme ~ ^http$) { return 308 https://a/b; }",
        ],
    )
    def test_plain_http_is_redirected(self, tmp_path: Path, lines: str) -> None:
        listens = "listen 8080; listen 8443 ssl;"
        (tmp_path / "n.conf").write_text(f"server {{ {listens} {lines} location / {{ }} }}")

        server = Nginx(tmp_path / "n.conf").server("8080")

        assert server.answer("/b", "http").partition(" ")[2] == "https://a/b"
        assert bool(server.answer("/b", "https")) is not lines.startswith("if")

    @pytest.mark.parametrize(
        "lines",
        [
            "if ($host = a) { return 301 https://a/b; }",
            "if ($https) { return 301 https://a/b; }",
            "rewrite ^/c https://a/b permanent;",
            "rewrite ^ /c last;",
        ],
    )
    def test_plain_http_goes_on(self, tmp_path: Path, lines: str) -> None:
        (tmp_path / "n.conf").write_text(f"server {{ {lines} location / {{ }} }}")

        assert Nginx(tmp_path / "n.conf").server("80").answer("/b", "http") == ""
