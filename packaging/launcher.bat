@echo off
rem Starts @program.name@. Java is the one in the folder java beside bin, if it is there; else that of JAVA_HOME, else
rem that of the PATH. JAVA_OPTS and @program.options@ come after the flags below, so they override them:
rem   set "@program.options@=-Xmx160m"
setlocal DisableDelayedExpansion

rem The folder above the one of this file.
for %%i in ("%~dp0..") do set "home=%%~fi"

if exist "%home%\java\bin\java.exe" (
  set "java=%home%\java\bin\java.exe"
  goto found
)
if not defined JAVA_HOME goto path
set "java=%JAVA_HOME%\bin\java.exe"
if exist "%java%" goto found
echo @program.name@: JAVA_HOME is %JAVA_HOME%, but there is no "%java%". Point it to a Java 17 or newer.>&2
exit /b 2
:path
set "java="
for %%i in (java.exe) do set "java=%%~$PATH:i"
if defined java goto found
echo @program.name@: no java found. Install Java 17 or newer, or set JAVA_HOME.>&2
exit /b 2

:found
rem The first line of the answer is: openjdk version "17.0.9" 2023-10-17, or java version "1.8.0_392".
set "version=0"
for /f tokens^=2^ delims^=^" %%i in ('call "%java%" -version 2^>^&1 ^| findstr /r /c:" version "') do set "version=%%i"
for /f "delims=.-+_ tokens=1" %%i in ("%version%") do set "version=%%i"
if %version% geq @maven.compiler.release@ goto new
echo @program.name@: "%java%" is too old, Java @maven.compiler.release@ or newer is needed.>&2
exit /b 2

:new
rem From Java 24 on, Java warns about native libraries and Unsafe (Netty, QuestDB) unless they are allowed.
set "newer="
if %version% geq 24 set "newer=--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

rem Archives of Java's own classes at the addresses that they were made for; newer ones were not there to try.
set "mapped="
if %version% leq 25 set "mapped=-XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0"

rem The program's own jar is first, because some libraries contain a logback.xml and lib\* has no fixed order.
rem The flags are those of the launcher for Unix, which says why.
"%java%" -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -XX:PerMethodRecompilationCutoff=10000 -XX:CompileThresholdScaling=4 @program.flags@ "-D@program.name@.home=%home%" %mapped% %newer% %JAVA_OPTS% %@program.options@% -cp "%home%\lib\@project.artifactId@-@project.version@.jar;%home%\lib\*" @program.main@ %*
exit /b %ERRORLEVEL%
