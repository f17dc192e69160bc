"""The settings: what is complained of, all of it at once; what is made where nothing is given."""

from __future__ import annotations

import os
import stat
import subprocess
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from b24xero import hints
from b24xero.config import SETTINGS, BadSettings, Settings, load
from tests.outbound.network import authority

# Fixed, because they stand in the names of tests, which every worker must find alike.
KEY = "Zm9yIHRlc3RzIG9ubHksIHRoaXJ0eS10d28gYnl0ZXM="
OLD_KEY = "YW4gb2xkZXIga2V5IG9mIHRoZSB0ZXN0cyBoZXJlIDE="
SECRET = "a secret of our own is long enough"
GIVEN = {
    "BITRIX24_PORTAL_URL": "https://acme.bitrix24.example",
    "BITRIX24_CLIENT_ID": "local.123",
    "BITRIX24_CLIENT_SECRET": "the portal's word",
    "XERO_CLIENT_ID": "client-1",
    "XERO_CLIENT_SECRET": "xero's word",
}
POSTGRES = {**GIVEN, "DATABASE_URL": "postgresql://b24xero:pw@db.example/b24xero"}


def complaints(environ: Mapping[str, str], instance: Path) -> list[str]:
    with pytest.raises(BadSettings) as bad:
        load(environ, instance)
    return str(bad.value).splitlines()


def complaint(name: str, value: str, instance: Path) -> str:
    """The one complaint about a setting; it begins with the setting's name."""
    (found,) = complaints({**GIVEN, name: value}, instance)
    assert found.startswith(f"{name} ")
    return found


# -- what is complained of --------------------------------------------------------------------------------------------


def test_everything_that_is_missing_is_told_at_once_each_with_how_to_get_it(tmp_path: Path) -> None:
    found = complaints({}, tmp_path)
    assert [line.split(" ")[0] for line in found] == list(GIVEN)
    assert all("is missing" in line and " Get it: " in line for line in found)


def test_what_is_missing_and_what_is_malformed_are_told_together(tmp_path: Path) -> None:
    environ = {**GIVEN, "PORT": "eight", "XERO_CLIENT_ID": " ", "XERO_RATE": "-1", "DATABASE_URL": "mysql://db"}
    assert [line.split(" ")[0] for line in complaints(environ, tmp_path)] == [
        "PORT", "DATABASE_URL", "XERO_CLIENT_ID", "XERO_RATE",
    ]  # fmt: skip


def test_a_place_that_is_told_is_one_that_is_found_there(tmp_path: Path) -> None:
    text = "\n".join(complaints({}, tmp_path))
    assert "developer.xero.com" in text
    assert "/xero/callback" in text
    assert "Local application" in text


@pytest.mark.parametrize("name", ["TOKEN_KEYS", "DATABASE_URL", "BITRIX24_PORTAL_URL"])
def test_a_complaint_never_repeats_what_may_be_a_secret(name: str, tmp_path: Path) -> None:
    assert "hush-hush" not in complaint(name, "ftp://me:hush-hush@db.example", tmp_path)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80.5", "eight"])
def test_a_port_is_a_port(port: str, tmp_path: Path) -> None:
    complaint("PORT", port, tmp_path)


@pytest.mark.parametrize("minutes", ["0", "0.0", "-5", "nan", "inf", "half an hour"])
def test_a_login_lives_for_more_than_no_minutes(minutes: str, tmp_path: Path) -> None:
    complaint("XERO_LOGIN_MINUTES", minutes, tmp_path)


@pytest.mark.parametrize("name", ["BITRIX24_RATE", "XERO_RATE"])
@pytest.mark.parametrize("rate", ["-1", "nan", "inf", "many"])
def test_a_rate_is_a_number_of_nought_or_more(name: str, rate: str, tmp_path: Path) -> None:
    complaint(name, rate, tmp_path)


@pytest.mark.parametrize("proxies", ["-1", "1.0", "one", "true", "10", "1,2", "٢"])
def test_proxies_are_counted_in_one_digit(proxies: str, tmp_path: Path) -> None:
    complaint("TRUSTED_PROXIES", proxies, tmp_path)


def test_no_proxy_is_trusted_unless_it_is_said(tmp_path: Path) -> None:
    assert load(GIVEN, tmp_path).trusted_proxies == 0
    assert load({**GIVEN, "TRUSTED_PROXIES": "2"}, tmp_path).trusted_proxies == 2


# -- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", [s.name for s in SETTINGS if s.name.endswith("_URL") and s.name != "DATABASE_URL"])
@pytest.mark.parametrize(
    "address",
    ["acme.bitrix24.example", "ftp://acme.example", "https://", "//acme.example", "https://acme.example/?x=1",
     "https://acme.example/#top", "https://ann:pw@acme.example", "https://[::1", "javascript:alert(1)"],
)  # fmt: skip
def test_an_address_is_a_plain_address(setting: str, address: str, tmp_path: Path) -> None:
    complaint(setting, address, tmp_path)


def test_an_address_has_no_password_even_without_a_name(tmp_path: Path) -> None:
    complaint("BITRIX24_PORTAL_URL", "https://:hush-hush@acme.example", tmp_path)


@pytest.mark.parametrize("address", ["https://acme.example:abc", "https://acme.example:99999"])
def test_an_address_whose_port_is_none_is_told_at_the_start_and_not_at_the_first_sign_in(
    address: str, tmp_path: Path
) -> None:
    complaint("BITRIX24_PORTAL_URL", address, tmp_path)


@pytest.mark.parametrize(
    "address",
    ["http://acme.bitrix24.example", "http://192.168.1.20", "http://localhost.example", "http://127.0.0.1.example"],
)
def test_without_tls_only_this_machine_is_reached(address: str, tmp_path: Path) -> None:
    assert "https://" in complaint("BITRIX24_PORTAL_URL", address, tmp_path)


@pytest.mark.parametrize("address", ["http://localhost:8001", "http://127.0.0.1:8001", "http://[::1]:8001"])
def test_this_machine_needs_no_tls(address: str, tmp_path: Path) -> None:
    assert load({**GIVEN, "BITRIX24_PORTAL_URL": address}, tmp_path).bitrix24_portal_url == address


def test_an_address_loses_the_slash_at_its_end(tmp_path: Path) -> None:
    found = load({**GIVEN, "PUBLIC_URL": "https://books.acme.example/"}, tmp_path)
    assert found.public_url == "https://books.acme.example"
    assert found.is_https


@pytest.mark.parametrize(
    ("name", "copied", "site"),
    [("PUBLIC_URL", "https://books.acme.example/bitrix24/app", "https://books.acme.example"),
     ("PUBLIC_URL", "https://acme.example/office/xero/callback/", "https://acme.example/office"),
     ("BITRIX24_PORTAL_URL", "https://acme.bitrix24.example/crm/type/31/list/", "https://acme.bitrix24.example"),
     ("BITRIX24_PORTAL_URL", "https://acme.example:8443/stream", "https://acme.example:8443")],
)  # fmt: skip
def test_a_path_that_was_copied_with_the_address_is_told_with_what_to_write(
    name: str, copied: str, site: str, tmp_path: Path
) -> None:
    assert complaint(name, copied, tmp_path).endswith(f"write {site}.") or f"write {site}. Get it" in complaint(
        name, copied, tmp_path
    )


def test_we_may_live_below_a_path_of_a_site(tmp_path: Path) -> None:
    found = load({**GIVEN, "PUBLIC_URL": "https://acme.example:8443/office/b24xero/"}, tmp_path)
    assert (found.public_url, found.base_path) == ("https://acme.example:8443/office/b24xero", "/office/b24xero")
    assert load({**GIVEN, "PUBLIC_URL": "https://acme.example/"}, tmp_path).base_path == ""


@pytest.mark.parametrize(
    "path", ["/two words", "/a//b", "/../b24xero", "/b24%2Fxero", "/büro", "/b24xero;x=1", "/.well"]
)
def test_a_path_is_of_plain_words(path: str, tmp_path: Path) -> None:
    assert "/b24xero" in complaint("PUBLIC_URL", f"https://acme.example{path}", tmp_path)


def test_a_portal_without_tls_in_the_lan_is_refused_with_the_reason_and_the_way(tmp_path: Path) -> None:
    told = complaint("BITRIX24_PORTAL_URL", "http://192.168.1.20", tmp_path)
    assert "reads the tokens" in told
    assert "EXTRA_CA_FILE" in told
    assert "ALLOW_HTTP_PORTAL=lan" in told


LAN = {**GIVEN, "ALLOW_HTTP_PORTAL": "lan"}


@pytest.mark.parametrize(
    "address", ["http://192.168.1.20", "http://10.0.0.7:8080", "http://[fd12:3456::1]", "http://portal.office.lan"]
)
def test_a_portal_without_tls_in_the_lan_is_taken_where_it_is_asked_for(address: str, tmp_path: Path) -> None:
    found = load({**LAN, "BITRIX24_PORTAL_URL": f"{address}/"}, tmp_path)
    assert found.bitrix24_portal_url == address
    assert found.is_portal_readable
    assert "ALLOW_HTTP_PORTAL away" in " ".join(hints.of(found))


@pytest.mark.parametrize("address", ["http://93.184.216.34", "http://[2001:db8::1]", "http://169.254.1.1"])
def test_a_portal_without_tls_in_the_internet_is_refused_all_the_same(address: str, tmp_path: Path) -> None:
    (told,) = complaints({**LAN, "BITRIX24_PORTAL_URL": address}, tmp_path)
    assert "is no address of a private network" in told


@pytest.mark.parametrize(
    "address", ["http://192.168.1.20/stream", "http://ann:pw@10.0.0.7", "http://[fd12::", "http://"]
)
def test_a_portal_in_the_lan_is_a_plain_address_too(address: str, tmp_path: Path) -> None:
    (told,) = complaints({**LAN, "BITRIX24_PORTAL_URL": address}, tmp_path)
    assert "pw" not in told


def test_over_https_and_on_this_machine_nobody_reads_along(tmp_path: Path) -> None:
    for address in ("https://acme.bitrix24.example", "http://localhost:8001/bitrix24"):
        assert not load({**LAN, "BITRIX24_PORTAL_URL": address}, tmp_path).is_portal_readable
    assert complaints({**GIVEN, "ALLOW_HTTP_PORTAL": "yes"}, tmp_path)
    assert complaints({**LAN, "XERO_API_URL": "http://192.168.1.20"}, tmp_path)


def test_where_we_are_reached_follows_the_port(tmp_path: Path) -> None:
    assert load({**GIVEN, "PORT": "9000"}, tmp_path).public_url == "http://localhost:9000"
    assert load(GIVEN, tmp_path).public_url == "http://localhost:8000"


def test_a_value_loses_the_spaces_around_it(tmp_path: Path) -> None:
    assert load({**GIVEN, "XERO_CLIENT_ID": " client-1\n"}, tmp_path).xero_client_id == "client-1"


# -- the database -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_of_postgresql_is_rewritten_for_its_driver(scheme: str, tmp_path: Path) -> None:
    environ = {
        **GIVEN, "DATABASE_URL": f"{scheme}://b24xero:p%40w@db.example:5433/books?sslmode=require",
        "SECRET_KEY": SECRET, "TOKEN_KEYS": KEY,
    }  # fmt: skip
    assert load(environ, tmp_path).database_url == (
        "postgresql+psycopg://b24xero:p%40w@db.example:5433/books?sslmode=require"
    )


def test_without_an_address_the_database_is_a_file_in_the_instance(tmp_path: Path) -> None:
    assert load(GIVEN, tmp_path).database_url == f"sqlite:///{(tmp_path / 'app.db').resolve()}"


@pytest.mark.parametrize("address", ["app.db", "mysql://db.example/books", "postgresql:", "postgresql+psycopg2://db"])
def test_another_database_is_refused(address: str, tmp_path: Path) -> None:
    complaint("DATABASE_URL", address, tmp_path)


def test_on_heroku_a_file_is_no_database(tmp_path: Path) -> None:
    for environ in (GIVEN, {**GIVEN, "DATABASE_URL": "sqlite:////app/instance/app.db"}):
        (told,) = complaints({**environ, "DYNO": "web.1"}, tmp_path)
        assert told.startswith("DATABASE_URL must be PostgreSQL on Heroku")
        assert "heroku addons:create" in told
    environ = {**POSTGRES, "SECRET_KEY": SECRET, "TOKEN_KEYS": KEY, "DYNO": "web.1"}
    assert load(environ, tmp_path).database_url.startswith("postgresql")


# -- where things are kept, and who is believed -----------------------------------------------------------------------


def test_the_folder_of_the_data_can_be_moved(tmp_path: Path) -> None:
    moved = tmp_path / "var" / "b24xero"
    found = load({**GIVEN, "DATA_DIR": str(moved)}, tmp_path / "instance")
    assert found.data_dir == str(moved)
    assert found.database_url == f"sqlite:///{moved / 'app.db'}"
    assert {path.name for path in moved.iterdir()} == {"secret_key", "token_keys"}
    assert not (tmp_path / "instance").exists()


def test_without_it_the_data_stay_in_the_instance(tmp_path: Path) -> None:
    assert load(GIVEN, tmp_path).data_dir == str(tmp_path.resolve())


def test_a_folder_of_the_data_is_a_whole_path(tmp_path: Path) -> None:
    assert "whole path" in complaint("DATA_DIR", "data", tmp_path)
    assert not Path("data").exists()


def test_a_folder_that_cannot_be_made_is_told_and_is_no_accident(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = complaints({**GIVEN, "DATA_DIR": str(tmp_path / "file" / "data")}, tmp_path)
    assert [line.split(" ")[0] for line in found] == ["DATABASE_URL", "SECRET_KEY", "TOKEN_KEYS"]
    assert all("set DATA_DIR" in line for line in found)


@pytest.mark.parametrize("host", ["0.0.0.0", "localhost", "::", "::1", "[::1]", "10.0.0.7"])
def test_a_host_to_listen_on_may_be_of_either_kind(host: str, tmp_path: Path) -> None:
    assert load({**GIVEN, "HOST": host}, tmp_path).host == host.strip("[]")


@pytest.mark.parametrize("host", ["http://0.0.0.0", "127.0.0.1:8000", "a b", "[]"])
def test_what_is_no_host_is_told(host: str, tmp_path: Path) -> None:
    assert "127.0.0.1" in complaint("HOST", host, tmp_path)


def test_a_file_of_certificates_has_some(tmp_path: Path) -> None:
    assert "cannot be read" in complaint("EXTRA_CA_FILE", str(tmp_path / "none.pem"), tmp_path)
    (tmp_path / "der.cer").write_bytes(b"0\x82\x03")
    assert "PEM" in complaint("EXTRA_CA_FILE", str(tmp_path / "der.cer"), tmp_path)
    file = authority(tmp_path).file
    assert load({**GIVEN, "EXTRA_CA_FILE": str(file)}, tmp_path).extra_ca_file == str(file)


# -- hints ------------------------------------------------------------------------------------------------------------


def hints_of(tmp_path: Path, **changes: str) -> str:
    return " ".join(hints.of(load({**GIVEN, **changes}, tmp_path)))


def test_a_number_instead_of_localhost_is_hinted_at_for_xero_refuses_it(tmp_path: Path) -> None:
    told = hints_of(tmp_path, PUBLIC_URL="http://127.0.0.1:8000")
    assert "Set PUBLIC_URL=http://localhost:8000." in told


def test_the_default_address_with_a_real_portal_is_hinted_at(tmp_path: Path) -> None:
    assert "browsers of this machine alone" in hints_of(tmp_path)


def test_a_right_set_of_settings_has_no_hint(tmp_path: Path) -> None:
    assert hints_of(tmp_path, PUBLIC_URL="https://books.acme.example") == ""
    assert hints_of(tmp_path, BITRIX24_PORTAL_URL="http://localhost:8001") == ""


# -- keys -------------------------------------------------------------------------------------------------------------


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    first, second = load(GIVEN, tmp_path), load(GIVEN, tmp_path)
    assert (first.secret_key, first.token_keys) == (second.secret_key, second.token_keys)
    assert len(first.secret_key[0]) >= 32
    assert len(first.token_keys) == 1
    Fernet(first.token_keys[0])


@pytest.mark.parametrize("secret", ["x", "x" * 31, "change me", f"{'x' * 32},short", ",", f"short,{'x' * 32}"])
def test_a_secret_that_could_be_guessed_stops_the_start_and_is_not_told(secret: str, tmp_path: Path) -> None:
    told = complaint("SECRET_KEY", secret, tmp_path)
    assert "32 characters" in told
    assert "x" * 31 not in told


def test_a_secret_may_be_replaced_while_the_old_one_still_counts(tmp_path: Path) -> None:
    new, old = "n" * 40, "o" * 40
    assert load({**GIVEN, "SECRET_KEY": f"{new}, {old}"}, tmp_path).secret_key == (new, old)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_key_file_that_others_may_read_is_closed_again(tmp_path: Path) -> None:
    load(GIVEN, tmp_path)
    for path in tmp_path.iterdir():
        path.chmod(0o644)
    load(GIVEN, tmp_path)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_each_installation_has_keys_of_its_own(tmp_path: Path) -> None:
    one, other = load(GIVEN, tmp_path / "one"), load(GIVEN, tmp_path / "other")
    assert one.secret_key != other.secret_key
    assert one.token_keys != other.token_keys


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    load(GIVEN, tmp_path)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"secret_key": 0o600, "token_keys": 0o600}


def test_keys_that_are_given_are_used_and_none_are_made(tmp_path: Path) -> None:
    found = load({**GIVEN, "SECRET_KEY": SECRET, "TOKEN_KEYS": f"{KEY}, {OLD_KEY},"}, tmp_path)
    assert found.secret_key == (SECRET,)
    assert found.token_keys == (KEY, OLD_KEY)
    assert list(tmp_path.iterdir()) == []


def test_with_postgresql_keys_must_be_given_so_that_all_machines_share_them(tmp_path: Path) -> None:
    found = complaints(POSTGRES, tmp_path)
    assert [line.split(" ")[0] for line in found] == ["SECRET_KEY", "TOKEN_KEYS"]
    assert all(" Get it: python3 -c " in line for line in found)
    assert list(tmp_path.iterdir()) == []


def test_with_postgresql_and_its_keys_all_is_well(tmp_path: Path) -> None:
    found = load({**POSTGRES, "SECRET_KEY": SECRET, "TOKEN_KEYS": KEY}, tmp_path)
    assert found.token_keys == (KEY,)


@pytest.mark.parametrize("keys", ["short", f"{KEY},short", ",", "ключ", KEY[:-2]])
def test_keys_that_open_nothing_are_refused(keys: str, tmp_path: Path) -> None:
    told = complaint("TOKEN_KEYS", keys, tmp_path)
    assert KEY not in told


@pytest.mark.skipif(os.name != "posix", reason="the command is one of a POSIX shell")
def test_the_command_that_is_told_makes_a_key_that_is_taken(tmp_path: Path) -> None:
    (how,) = {setting.how for setting in SETTINGS if setting.name in ("SECRET_KEY", "TOKEN_KEYS")}
    made = subprocess.run(how, shell=True, capture_output=True, check=True, text=True).stdout.strip()
    assert load({**GIVEN, "TOKEN_KEYS": made}, tmp_path).token_keys == (made,)


def test_a_key_file_that_is_empty_is_no_key(tmp_path: Path) -> None:
    """A first start that was stopped between making the file and writing it; an empty secret would sign nothing."""
    (tmp_path / "secret_key").touch(mode=0o600)
    try:
        key = load(GIVEN, tmp_path).secret_key[0]
    except BadSettings as bad:
        key = str(bad)  # to say so is as good as to make another
    assert key


def test_several_processes_at_their_first_start_agree_on_the_keys(tmp_path: Path) -> None:
    for n in range(40):
        keys = started_together(tmp_path / str(n))
        assert len(set(keys)) == 1
        assert all(keys[0])


def started_together(instance: Path) -> list[tuple[str, ...]]:
    """The keys that six beginners of the same moment end up with."""
    gate = threading.Barrier(6)

    def start() -> tuple[str, ...]:
        gate.wait()
        found = load(GIVEN, instance)
        return (*found.secret_key, *found.token_keys)

    with ThreadPoolExecutor(6) as pool:
        return [started.result() for started in [pool.submit(start) for _ in range(6)]]


# -- the list itself --------------------------------------------------------------------------------------------------


def test_every_setting_says_what_it_means_and_the_required_ones_how_to_get_them() -> None:
    assert all(setting.meaning for setting in SETTINGS)
    assert [setting.name for setting in SETTINGS if setting.default is None and not setting.how] == []


def test_every_field_of_the_settings_is_a_setting() -> None:
    assert {setting.name.lower() for setting in SETTINGS} == set(Settings.__dataclass_fields__)


# -- what is watched --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [("KEEP_DAYS", "-1"), ("KEEP_DAYS", "a year"), ("LOG_FORMAT", "xml"), ("SMTP_URL", "mail.example:587"),
     ("SMTP_URL", "http://mail.example"), ("ALERT_EMAIL", "mere"), ("ALERT_EMAIL", "a@b.example, c")],
)  # fmt: skip
def test_what_is_no_value_of_its_kind_is_told(name: str, value: str, tmp_path: Path) -> None:
    complaint(name, value, tmp_path)


def test_a_mail_server_s_password_is_not_told(tmp_path: Path) -> None:
    assert "hush" not in complaint("SMTP_URL", "http://me:hush@mail.example", tmp_path)


def test_several_people_may_be_told(tmp_path: Path) -> None:
    found = load({**GIVEN, "ALERT_EMAIL": "a@b.example, c@d.example", "SMTP_URL": "smtps://m.example"}, tmp_path)
    assert found.alert_email == ("a@b.example", "c@d.example")
