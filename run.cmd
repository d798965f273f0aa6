@echo off
rem Sets up on first use, then is `cuijie ...`.   .\run demo   .\run test
setlocal
set PYTHONUTF8=1
if not defined CUIJIE_CALLED set "CUIJIE_CALLED=.\run"
set "PY=python"
py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "PY=py -3"
if defined CUIJIE_PYTHON set "PY="%CUIJIE_PYTHON%""
%PY% -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul || (
    echo Python 3.11 or newer is needed: https://www.python.org/downloads/ 1>&2
    exit /b 2
)
%PY% -B "%~dp0scripts\set_up.py" %*
exit /b
