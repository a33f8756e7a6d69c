package io.weir.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** The files that make a service of the gateway agree with the launcher and the build. */
class ServiceFilesTest {

  private static final Path ROOT = Path.of("..");

  private static String text(String path) throws IOException {
    return Files.readString(ROOT.resolve(path));
  }

  private static String found(String pattern, String path) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(text(path));
    assertThat(matcher.find()).as("%s in %s", pattern, path).isTrue();
    return matcher.group(1);
  }

  @Test
  void theServiceOfWindowsStartsJavaAsTheLauncherDoes() throws Exception {
    Element service =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(ROOT.resolve("packaging/windows/weir-service.xml").toFile())
            .getDocumentElement();
    String arguments = service.getElementsByTagName("arguments").item(0).getTextContent();
    String version = found("<artifactId>weir</artifactId>\\s*<version>([^<]+)<", "pom.xml");
    assertThat(arguments)
        .contains("weir-gateway-" + version + ".jar")
        .contains(found("<program.main>([^<]+)<", "gateway/pom.xml"));
    List<String> always = // the others depend on the version of Java and on an archive
        Pattern.compile("(?m)^ +(-XX:\\S+)")
            .matcher(text("packaging/launcher"))
            .results()
            .map(flag -> flag.group(1))
            .toList();
    assertThat(always).hasSize(4).allSatisfy(flag -> assertThat(arguments).contains(flag));
  }

  @Test
  void noOptionAboutModulesTakesFromJavaWhatItsArchivesKnowOfThem() throws IOException {
    assertThat(text("gateway/pom.xml")).contains("<program.flags/>");
    assertThat(text("packaging/launcher")).doesNotContain("--add-");
    assertThat(text("packaging/launcher.bat")).doesNotContain("--add-");
    assertThat(text("packaging/windows/weir-service.xml")).doesNotContain("--add-");
  }

  @Test
  void theConfigurationOfThePackageIsRightAsItIs() throws Exception {
    Config config =
        new ConfigFile(ROOT.resolve("packaging/linux/gateway.yaml"), Map.of(), List.of()).load();
    assertThat(config.sinks()).hasSize(1);
    assertThat(config.sources()).hasSize(1);
  }

  @Test
  void theUnitSaysWhatTheGatewayDependsOn() throws Exception {
    assertThat(text("config/weir.service").lines())
        .contains(
            "Type=notify",
            "WatchdogSec=60",
            "Restart=on-failure",
            "RestartPreventExitStatus=1",
            "LimitNOFILE=16384",
            "KillMode=mixed",
            "StateDirectory=weir",
            "StateDirectoryMode=0700",
            "UMask=0077",
            "ProtectSystem=strict",
            "PrivateTmp=yes",
            "NoNewPrivileges=yes",
            "CapabilityBoundingSet=",
            "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
            "SystemCallFilter=@system-service");
  }
}
