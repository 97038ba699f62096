"""What the doctor says, and what the configuration refuses."""

from pathlib import Path

import pytest

from portal.embedded import doctor
from portal.embedded.configuration import Configuration
from portal.embedded.processes import StartError


def configured(var: Path, **environ: str) -> Configuration:
    return Configuration.read({"PORTAL_VAR": str(var), "PORT": "1", **environ})


def test_a_healthy_place_has_nothing_to_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    doctor.examine(configured(tmp_path))
    said = capsys.readouterr().out
    assert "All is well." in said
    assert said.count("[ok]") == len(doctor.CHECKS)


def test_an_open_secret_key_is_named_with_its_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path)
    config.ensure_var()
    assert config.secret_key.stat().st_mode & 0o777 == 0o600
    config.secret_key.chmod(0o644)
    with pytest.raises(StartError, match="1 to mend"):
        doctor.examine(config)
    assert f"chmod 600 {config.secret_key}" in capsys.readouterr().out


def test_a_wrong_bin_folder_and_a_cluster_of_another_version_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = configured(tmp_path)
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("12\n")
    remedies = {each.subject: each.remedy for each in doctor.findings(config)}
    assert remedies["PostgreSQL"] == "set PG_BIN to the bin folder of a PostgreSQL 12"
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    remedies = {each.subject: each.remedy for each in doctor.findings(config)}
    assert "holds no postgres" in remedies["PostgreSQL"]


def test_an_unreachable_database_and_one_role_for_all_are_found(tmp_path: Path) -> None:
    config = configured(tmp_path, DATABASE_URL=f"postgresql://x@/x?host={tmp_path}")
    found = {each.subject: each for each in doctor.findings(config)}
    assert found["database"].remedy == "check DATABASE_URL and the server's log"
    assert found["PostgreSQL"].state == "DATABASE_URL is used"


def test_the_environment_of_children_is_complete(tmp_path: Path) -> None:
    config = configured(tmp_path, HOST="0.0.0.0", PORT="8123")  # noqa: S104 - read, not bound
    env = config.environment()
    assert env["PORTAL_VAR"] == str(tmp_path)
    assert env["PORTAL_MODE"] == "demo"
    assert {"localhost", "127.0.0.1", "[::1]"} <= set(env["ALLOWED_HOSTS"].split(","))
    assert config.address == "http://127.0.0.1:8123/"


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"PORT": "web"}, "PORT must be a number"),
        ({"PORT": "70000"}, "PORT must be a number"),
        ({"DATABASE_OWNER_URL": "postgresql://x"}, "without DATABASE_URL"),
    ],
)
def test_a_wrong_variable_is_named(environ: dict[str, str], message: str) -> None:
    with pytest.raises(StartError, match=message):
        Configuration.read(environ)
