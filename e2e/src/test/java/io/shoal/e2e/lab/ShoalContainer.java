package io.shoal.e2e.lab;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program of Shoal in a container of the image, with no more rights than the chart gives it. */
public final class ShoalContainer extends Member {

  private static final int USER = 10_001;
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final String STORE = "/var/lib/shoal";
  private static final int CLOCK_TICKS_PER_SECOND = 100;

  private final List<Bind> binds = new ArrayList<>();
  private Path store = Path.of("/");

  ShoalContainer(String role, String name, List<Place> places) {
    super(CompletableFuture.completedFuture(ShoalImage.NAME), name, places);
    withCreateContainerCmdModifier(create -> {
      create.withEntrypoint("/opt/shoal/runtime/bin/java", "@/opt/shoal/java/" + role);
      create
          .getHostConfig()
          .withReadonlyRootfs(true)
          .withCapDrop(Capability.ALL)
          .withSecurityOpts(List.of("no-new-privileges"))
          .withBinds(binds);
    });
  }

  /** A folder of this machine that belongs to the image's user. */
  static Path ownedByUser(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.setAttribute(folder, "unix:uid", USER);
      Files.setAttribute(folder, "unix:gid", USER);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives it a folder that it may write in. */
  ShoalContainer bind(Path folder, String inside) {
    binds.add(new Bind(folder.toString(), new Volume(inside), AccessMode.rw));
    if (inside.equals(STORE)) {
      store = folder;
    }
    return this;
  }

  /** Gives it a folder to read. */
  ShoalContainer bindReadOnly(Path folder, String inside) {
    binds.add(new Bind(folder.toString(), new Volume(inside), AccessMode.ro));
    return this;
  }

  /** Whether a part of the blob is on its disk, and not the whole. */
  public boolean isFetching(TestImage.Blob blob) {
    return Files.exists(store.resolve("store/partial/sha256-" + blob.hex()));
  }

  /** Answer of its server, over its own loopback interface. */
  String get(String url, String token) throws IOException {
    Commands.Result result =
        Commands.tryRun(
            ANSWER_LIMIT,
            Map.of(),
            List.of(inItsNetwork("--insecure", "--header", "Authorization: Bearer " + token, url)));
    if (result.status() != 0) {
      throw new IOException(name() + " does not answer: " + result.errors());
    }
    return result.output();
  }

  /**
   * Pulls from the agent as a runtime on its node does, over its loopback interface, each part once
   * and without a second try, and checks what came.
   */
  public void pull(TestImage image) {
    byte[] manifest = fetch(image, "manifests/" + image.tag());
    if (!ImageFactory.digestOf(manifest).equals(image.digest())) {
      throw new AssertionError(name() + " answers with another manifest than the registry's");
    }
    for (TestImage.Blob blob : image.blobs()) {
      if (!ImageFactory.digestOf(fetch(image, "blobs/" + blob.digest())).equals(blob.digest())) {
        throw new AssertionError(name() + " answers with other bytes than those of " + blob);
      }
    }
  }

  private byte[] fetch(TestImage image, String what) {
    try {
      Path file = Files.createTempFile("shoal-e2e", ".pulled");
      try {
        Commands.run(
            LIMIT,
            inItsNetwork(
                "--header",
                "Accept: " + image.mediaType(),
                "--output",
                file.toString(),
                "http://127.0.0.1:4600/v2/" + image.repository() + "/" + what + "?ns=docker.io"));
        return Files.readAllBytes(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String[] inItsNetwork(String... curl) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Prerequisites.program("nsenter").toString(),
                "--net=/proc/" + pid() + "/ns/net",
                Prerequisites.program("curl").toString(),
                "--silent",
                "--show-error",
                "--fail",
                "--noproxy",
                "*",
                "--max-time",
                Long.toString(LIMIT.toSeconds())));
    command.addAll(List.of(curl));
    return command.toArray(String[]::new);
  }

  /** Pulls on a thread of its own. */
  public CompletableFuture<Void> startPull(TestImage image) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .name(name() + " pull")
        .start(() -> {
          try {
            pull(image);
            result.complete(null);
          } catch (RuntimeException | AssertionError e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /** A line of what the kernel says about its process. */
  public String status(String key) {
    Matcher line =
        Pattern.compile("^" + key + ":\\s*(.*)$", Pattern.MULTILINE).matcher(proc("status"));
    if (!line.find()) {
      throw new AssertionError("the kernel does not tell " + key);
    }
    return line.group(1);
  }

  /** Its memory by the kernel's count: VmRSS now, VmHWM at most. */
  public long memoryBytes(String key) {
    return Long.parseLong(status(key).replace(" kB", "")) << 10;
  }

  /** Whether its root file system can be written by nobody. */
  public boolean hasReadOnlyRoot() {
    return proc("mountinfo")
        .lines()
        .map(line -> line.split(" "))
        .anyMatch(line -> line[4].equals("/") && List.of(line[5].split(",")).contains("ro"));
  }

  /** The processor time that it has taken since its start. */
  public Duration processorTime() {
    String stat = proc("stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    return Duration.ofMillis(ticks * 1000 / CLOCK_TICKS_PER_SECOND);
  }

  private String proc(String file) {
    try {
      return Files.readString(Path.of("/proc/" + pid() + "/" + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
