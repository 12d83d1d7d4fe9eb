package io.shoal.cli.bench.serve;

import io.shoal.cli.bench.wire.Handover;
import io.shoal.cli.console.Causes;
import io.shoal.cli.console.Console;
import io.shoal.cli.console.UserError;
import io.shoal.cli.dev.SizeConverter;
import io.shoal.cli.dev.cluster.WorkFolder;
import io.shoal.cli.files.DirectoryTree;
import io.shoal.cli.process.ChildProcess;
import io.shoal.cli.process.ChildProcesses;
import io.shoal.cli.process.JvmFlags;
import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.units.ByteSize;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Lets an agent and an nginx serve the same file to the same readers, in turns, and says what that
 * costs each of them.
 */
@Command(
    name = "serve",
    description = "Processor time and speed of serving a complete blob, beside nginx.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  shoal bench serve"})
public final class ServeCommand implements Callable<Integer> {

  private static final int BLOCK_BYTES = 256 << 10;

  /** More than that would measure how fast the disk's cache grows. */
  private static final long BLOB_BYTES = 512L << 20;

  /** What the agent serves before anything counts, for each number of readers. */
  private static final long WARM_UP_BYTES = 8L << 30;

  private static final List<Integer> READERS = List.of(1, 16);

  /** Of a blob that arrives while it is read: 128 pieces. */
  private static final long ARRIVING_BYTES = 128L << 20;

  private static final int ARRIVING_BLOBS = 8;
  private static final Duration START_LIMIT = Duration.ofMinutes(1);

  /** Form of the result. */
  enum Output {
    /** A table. */
    TEXT,
    /** One object. */
    JSON
  }

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "16GiB",
      converter = SizeConverter.class,
      description =
          "Bytes served in each measurement, after a warm-up; rounded up to whole rounds of all"
              + " readers (default: ${DEFAULT-VALUE}).")
  private ByteSize size;

  @Option(
      names = "--output",
      paramLabel = "FORM",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  private Output output;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where to work; needs room for 2 GiB (default: the user's cache folder).")
  private @Nullable Path directory;

  private final String mainClass;
  private final Map<String, String> environment;

  /**
   * @param mainClass the program, to start the agent as a child
   * @param environment the environment
   */
  public ServeCommand(String mainClass, Map<String, String> environment) {
    this.mainClass = mainClass;
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    Path nginxProgram = Nginx.program(environment.getOrDefault("PATH", ""));
    Path base = directory == null ? WorkFolder.usual(environment) : directory;
    Files.createDirectories(base);
    Path work = Files.createTempDirectory(base.toAbsolutePath(), "serve-");
    try (ChildProcesses processes =
            new ChildProcesses(mainClass, JvmFlags.asOwn(environment), work);
        Nginx nginx = Nginx.start(nginxProgram, work)) {
      // Ctrl-C: the agent ends with this process; nginx and the files have to go as well.
      Thread cleanUp = new Thread(() -> endAndDelete(processes, nginx, work));
      Runtime.getRuntime().addShutdownHook(cleanUp);
      String path = generate(work.resolve("www"));
      ServeReport report = measure(processes, nginx, work, path);
      if (output == Output.JSON) {
        System.out.println(report.json());
      } else {
        Console.print(System.out, report.lines());
      }
      return 0;
    } catch (IOException e) {
      throw UserError.failed("the measurement failed: " + Causes.text(e));
    } finally {
      DirectoryTree.delete(work);
    }
  }

  private static void endAndDelete(ChildProcesses processes, Nginx nginx, Path work) {
    nginx.close();
    processes.close();
    try {
      DirectoryTree.delete(work);
    } catch (IOException e) {
      System.err.println("shoal: cannot delete " + work + ": " + Causes.text(e));
    }
  }

  /**
   * Writes the blob to where a registry of plain files has it.
   *
   * @return its path at both servers
   */
  private static String generate(Path root) throws IOException {
    Path folder = Files.createDirectories(root.resolve("v2/bench/blob/blobs"));
    Path file = folder.resolve("blob");
    MessageDigest hash = HashAlgorithm.SHA256.newMessageDigest();
    SplittableRandom random = new SplittableRandom(1);
    byte[] block = new byte[BLOCK_BYTES];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long done = 0; done < BLOB_BYTES; done += BLOCK_BYTES) {
        random.nextBytes(block);
        hash.update(block);
        out.write(block);
      }
    }
    String digest = Digest.of(HashAlgorithm.SHA256, hash.digest()).toString();
    Files.move(file, folder.resolve(digest));
    return "/v2/bench/blob/blobs/" + digest;
  }

  /** An agent by itself, whose central registry is the nginx. */
  private static Path agentConfig(Path work, int nginxPort) throws IOException {
    return Files.writeString(
        work.resolve("agent.yml"),
        """
        listen: 127.0.0.1:0
        peer:
          listen: 127.0.0.1:0
        store:
          dir: '%s'
          shareOfDisk: 0.95
          keepFree: 0.01
        upstreams:
          default: nginx.invalid
          registries:
            nginx.invalid:
              url: http://127.0.0.1:%d
        """
            .formatted(work.resolve("store"), nginxPort));
  }

  private ServeReport measure(ChildProcesses processes, Nginx nginx, Path work, String path)
      throws Exception {
    Path config = agentConfig(work, nginx.port());
    ChildProcess agent =
        processes.start("agent", List.of("agent", "--insecure", "--config", config.toString()));
    int port = agent.awaitPort(START_LIMIT);
    List<ProcessHandle> agentProcesses = List.of(ProcessHandle.of(agent.pid()).orElseThrow());
    Reader.readAll(1, port, path, BLOB_BYTES);
    share(work, path);
    List<ServeReport.Pair> pairs = new ArrayList<>();
    for (int readers : READERS) {
      System.err.println("measuring: " + readers + (readers == 1 ? " reader" : " readers"));
      // For the agent's compilers.
      for (long read = 0; read < WARM_UP_BYTES; ) {
        read += Reader.readAll(readers, port, path, BLOB_BYTES);
      }
      Measured ofAgent = new Measured("agent", readers, 0, 0, 0);
      Measured ofNginx = new Measured("nginx", readers, 0, 0, 0);
      // In turns, so that what else the machine does meets both.
      while (ofAgent.bytes() < size.bytes()) {
        ofNginx = round(ofNginx, nginx.processes(), nginx.port(), path);
        ofAgent = round(ofAgent, agentProcesses, port, path);
      }
      pairs.add(new ServeReport.Pair(ofAgent, ofNginx));
    }
    System.err.println("measuring: pieces that are waited for");
    return new ServeReport(
        pairs, new Delays(Handover.measure(work, ARRIVING_BYTES, ARRIVING_BLOBS)));
  }

  /**
   * Has nginx serve the file in the agent's store instead of one of its own: what a file costs to
   * send depends on how it was written, for the kernel caches it in larger or smaller units.
   */
  private static void share(Path work, String path) throws IOException {
    Path ofNginx = work.resolve("www").resolve(path.substring(1));
    try (Stream<Path> files = Files.walk(work.resolve("store"))) {
      Path ofAgent =
          files
              .filter(file -> file.toFile().length() == BLOB_BYTES)
              .findFirst()
              .orElseThrow(() -> new IOException("the agent did not keep the blob"));
      Files.delete(ofNginx);
      Files.createLink(ofNginx, ofAgent);
    }
  }

  private static Measured round(Measured before, List<ProcessHandle> server, int port, String path)
      throws IOException, InterruptedException {
    long cpu = cpuNanos(server);
    long start = System.nanoTime();
    long bytes = Reader.readAll(before.readers(), port, path, BLOB_BYTES);
    long nanos = System.nanoTime() - start;
    return before.plus(bytes, nanos, cpuNanos(server) - cpu);
  }

  /** Counted in hundredths of a second: rounds add up to many of them. */
  private static long cpuNanos(List<ProcessHandle> processes) {
    return processes.stream()
        .mapToLong(process -> process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
        .sum();
  }
}
