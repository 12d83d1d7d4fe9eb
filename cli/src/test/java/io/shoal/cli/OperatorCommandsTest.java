package io.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shoal.cli.layout.OciLayout;
import io.shoal.client.agent.CacheClient;
import io.shoal.core.content.Digest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What an operator does on a node that works; the tests share it. */
class OperatorCommandsTest {

  private static final long LIMIT_NANOS = 60_000_000_000L;

  @TempDir static Path folder;
  private static LocalNode node;

  @TempDir private Path dir;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();

  @BeforeAll
  static void startNode() throws Exception {
    node = LocalNode.start(folder);
  }

  @AfterAll
  static void stopNode() throws Exception {
    node.close();
  }

  @BeforeEach
  void haveTheImage() {
    environment.putAll(node.environment());
    assertThat(pull(dir.resolve("first").toString())).as(text()).isZero();
    said.reset();
  }

  // pull

  @Test
  void pullsIntoAFolderThatOtherToolsRead() throws Exception {
    assertThat(pull(dir.resolve("image").toString())).as(text()).isZero();

    OciLayout pulled = OciLayout.open(dir.resolve("image"));
    assertThat(pulled.manifest()).isEqualTo(node.image().manifest());
    for (Digest blob : node.image().blobs().stream().map(b -> b.digest()).toList()) {
      assertThat(Digest.sha256Of(Files.readAllBytes(pulled.file(blob)))).isEqualTo(blob);
    }
    assertThat(text()).contains("from this disk", node.image().manifest().digest().toString());
  }

  @Test
  void pullsIntoAnArchiveThatOtherToolsRead() throws Exception {
    Path archive = dir.resolve("image.tar");
    assertThat(pull(archive.toString())).as(text()).isZero();

    Path unpacked = Files.createDirectories(dir.resolve("unpacked"));
    assertThat(program("tar", "-xf", archive.toString(), "-C", unpacked.toString())).isEmpty();
    assertThat(OciLayout.open(unpacked).manifest()).isEqualTo(node.image().manifest());
    assertThat(dir.resolve("image.tar.partial")).doesNotExist();

    assertThat(pull(archive.toString())).isEqualTo(2);
    assertThat(text()).contains("is there already");
  }

  @Test
  void skopeoReadsBothForms() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
    Path image = dir.resolve("image");
    Path archive = dir.resolve("image.tar");
    pull(image.toString());
    pull(archive.toString());

    assertThat(program("skopeo", "inspect", "--raw", "oci:" + image))
        .isEqualTo(Files.readString(node.image().file(node.image().manifest().digest())));
    program("skopeo", "copy", "oci-archive:" + archive, "oci:" + dir.resolve("copy"));
    assertThat(OciLayout.open(dir.resolve("copy")).blobs()).isEqualTo(node.image().blobs());
  }

  @Test
  void saysWhatToDoAboutAnImageThatIsNotThere() {
    assertThat(
            run(
                "pull",
                "docs.local/shoal/none:1",
                "-o",
                dir.resolve("none").toString(),
                "--agent",
                node.agent().toString()))
        .isEqualTo(1);
    assertThat(text()).contains("answered 404", "shoal doctor --image docs.local/shoal/none:1");
  }

  // status

  @Test
  void showsWhoHasHowMuchOfAnImage() {
    awaitStatus(
        "node-1 +agent +3\\.\\d+ MiB +100 % +3/3",
        LocalNode.IMAGE, "--agent", node.agent().toString());

    assertThat(text()).contains("docs.local/shoal/sample:latest for linux/", ": 3 blobs, 3.");
  }

  @Test
  void readsWhatAnImageIsMadeOfFromAnOriginAndTellsPrograms() {
    awaitStatus(
        "\"node\":\"node-1\",\"role\":\"AGENT\",\"bytes\":3\\d+,\"wholeBlobs\":3",
        LocalNode.IMAGE,
        "--origin",
        node.origin().toString(),
        "--output",
        "json");

    assertThat(text()).contains("\"blobs\":3", "\"role\":\"ORIGIN\"");
  }

  @Test
  void showsTheFleetAndWhatItSaved() {
    awaitStatus("1 agent, 1 origin");

    assertThat(text())
        .contains("saved ", "came from there", "all members are well")
        .containsPattern("node-1 +agent");
  }

  /** Members and their blobs are announced some time after they are there. */
  private void awaitStatus(String pattern, String... arguments) {
    List<String> all = new ArrayList<>(List.of("status"));
    all.addAll(List.of(arguments));
    all.addAll(node.trackerOptions());
    Pattern awaited = Pattern.compile(pattern);
    long deadline = System.nanoTime() + LIMIT_NANOS;
    do {
      said.reset();
      assertThat(run(all.toArray(String[]::new))).as(text()).isZero();
    } while (System.nanoTime() - deadline < 0 && !awaited.matcher(text()).find());
    assertThat(text()).containsPattern(awaited);
  }

  // cache

  @Test
  void listsTheCache() {
    assertThat(run("cache", "ls")).as(text()).isZero();
    assertThat(text())
        .contains(node.image().layers().getFirst().digest().toString(), "manifest")
        .contains("the cache may hold");

    said.reset();
    assertThat(run("cache", "ls", "--output", "json")).isZero();
    assertThat(text()).contains("\"entries\":[{\"digest\":\"sha256:");
  }

  @Test
  void deletesWhatIsIdleAndSaysWhyTheRestStays() {
    Digest large = node.image().layers().getFirst().digest();
    Digest small = node.image().layers().getLast().digest();

    assertThat(run("cache", "rm", small.hex().substring(0, 12), large.toString())).isEqualTo(1);
    assertThat(text()).contains("deleted  " + small, "kept     " + large + ": it is in use");

    said.reset();
    assertThat(run("cache", "rm", small.toString())).isEqualTo(1);
    assertThat(text()).contains("is not in this cache");
    assertThat(run("cache", "rm", "abc")).isEqualTo(2);
  }

  @Test
  void dropsWhatHasGoneBadAlsoIfItIsInUseAndGetsItAnew() throws Exception {
    Digest large = node.image().layers().getFirst().digest();
    byte[] content = Files.readAllBytes(node.image().file(large));
    content[1_000_000] ^= 1;
    Files.write(stored(large), content);

    assertThat(run("cache", "verify")).as(text()).isEqualTo(1);
    assertThat(text()).contains("bad  " + large + "  dropped", "1 bad and dropped");

    said.reset();
    assertThat(pull(dir.resolve("again").toString())).as(text()).isZero();
    assertThat(run("cache", "verify", large.hex().substring(0, 8))).as(text()).isZero();
    assertThat(text()).contains("1 blobs checked", "0 bad");
  }

  @Test
  void makesRoom() {
    assertThat(run("cache", "gc")).as(text()).isZero();
    assertThat(text()).contains("0 blobs and 0 partial ones gone");
  }

  @Test
  void onlyTheHolderOfTheKeyReachesTheCache() throws Exception {
    Path key = node.store().resolve("admin.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    for (String method : List.of("GET", "POST", "DELETE")) {
      for (String path : List.of("", "/gc", "/" + node.image().manifest().digest())) {
        assertThat(status(method, path, "Bearer 00")).as(method + path).isEqualTo(401);
      }
    }
    String right = "Bearer " + Files.readString(key).strip();
    assertThat(status("GET", "", right)).isEqualTo(200);
    assertThat(status("DELETE", "/nonsense", right)).isEqualTo(400);
  }

  @Test
  void saysWhatToDoWhenNoAgentRuns() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      environment.put("SHOAL_AGENT_LISTEN", "127.0.0.1:" + free.getLocalPort());
    }
    assertThat(run("cache", "ls")).isEqualTo(1);
    assertThat(text()).contains("no agent answers at", "systemctl start shoal-agent");

    said.reset();
    environment.put("SHOAL_AGENT_STORE_DIR", dir.resolve("other").toString());
    assertThat(run("cache", "ls")).isEqualTo(1);
    assertThat(text()).contains("no agent has run with the store");
  }

  private static int status(String method, String path, String authorization) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = node.agent().resolve(CacheClient.PATH + path);
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .method(method, HttpRequest.BodyPublishers.noBody())
              .header("Authorization", authorization)
              .build();
      return http.send(request, BodyHandlers.discarding()).statusCode();
    }
  }

  private static Path stored(Digest digest) {
    String hex = digest.hex();
    return node.store()
        .resolve("blobs/sha256")
        .resolve(hex.substring(0, 2))
        .resolve(hex.substring(2, 4))
        .resolve(hex);
  }

  private int pull(String to) {
    return run("pull", LocalNode.IMAGE, "-o", to, "--agent", node.agent().toString());
  }

  private int run(String... args) {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    CommandLine line = Main.commandLine(environment, out);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(out, true));
    return line.execute(args);
  }

  private String text() {
    return said.toString(StandardCharsets.UTF_8);
  }

  private static String program(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
