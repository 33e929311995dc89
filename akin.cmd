@echo off
rem Runs akin from the checkout: publishes Release once when sources are newer than the last build, then hands over to it.
setlocal
set "AKIN_ROOT=%~dp0"
set "AKIN_BUILD=%AKIN_ROOT%artifacts\akin\build"
powershell -NoProfile -Command "$built = Get-Item (Join-Path $env:AKIN_BUILD 'akin.dll') -ErrorAction SilentlyContinue; $sources = Get-ChildItem (Join-Path $env:AKIN_ROOT 'src') -Recurse -File | Where-Object { $_.FullName -notmatch '\\(bin|obj)\\' }; if (-not $built -or ($sources | Where-Object { $_.LastWriteTime -gt $built.LastWriteTime })) { exit 1 }"
if errorlevel 1 (
    echo akin: building once ^(one to four minutes^) ... 1>&2
    dotnet publish "%AKIN_ROOT%src\Akin.Cli" -c Release --artifacts-path "%AKIN_ROOT%artifacts\akin\work" -o "%AKIN_BUILD%" --use-current-runtime --self-contained false -p:CompileAhead=true -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false -p:GenerateDocumentationFile=false -p:NuGetLockFilePath=obj\launcher.lock.json -nologo -v quiet 1>&2 || exit /b 1
    powershell -NoProfile -Command "(Get-Item (Join-Path $env:AKIN_BUILD 'akin.dll')).LastWriteTime = Get-Date"
)
dotnet "%AKIN_BUILD%\akin.dll" %*
exit /b %ERRORLEVEL%
