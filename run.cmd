@echo off
rem Sets up on first use, then is `cuijie ...`.   run demo   run test
setlocal
set PYTHONUTF8=1
where py >nul 2>nul && (
    py -3 -B "%~dp0scripts\set_up.py" %*
    exit /b
)
python -B "%~dp0scripts\set_up.py" %*
exit /b
