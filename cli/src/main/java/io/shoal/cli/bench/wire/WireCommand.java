package io.shoal.cli.bench.wire;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.Console;
import io.shoal.cli.console.UserError;
import io.shoal.cli.dev.SizeConverter;
import io.shoal.cli.dev.cluster.WorkFolder;
import io.shoal.cli.files.DirectoryTree;
import io.shoal.cli.process.ChildProcess;
import io.shoal.cli.process.ChildProcesses;
import io.shoal.cli.process.JvmFlags;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.core.units.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Moves a blob between two processes over the loopback and says what that costs each of them. */
@Command(
    name = "wire",
    description = "Processor time, memory and speed of moving a blob between two processes.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  shoal bench wire"})
public final class WireCommand implements Callable<Integer> {

  /** Larger blobs would measure how fast the disk's cache grows. */
  private static final long LARGEST_BLOB = 1L << 30;

  private static final Duration START_LIMIT = Duration.ofMinutes(5);

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
      defaultValue = "4GiB",
      converter = SizeConverter.class,
      description = "Bytes moved in each mode, after a warm-up (default: ${DEFAULT-VALUE}).")
  private ByteSize size;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "Only this one, several times for several: ${COMPLETION-CANDIDATES}.")
  private @Nullable List<Mode> modes;

  @Option(
      names = "--output",
      paramLabel = "FORM",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  private Output output;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where to work; needs room for 3 GiB (default: the user's cache folder).")
  private @Nullable Path directory;

  private final String mainClass;
  private final Map<String, String> environment;

  /**
   * @param mainClass the program, to start its sides as children
   * @param environment the environment
   */
  public WireCommand(String mainClass, Map<String, String> environment) {
    this.mainClass = mainClass;
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    if (size.bytes() < Sender.BLOCK_BYTES) {
      throw UserError.unusable("--size is at least 256KiB");
    }
    Path base = directory == null ? WorkFolder.usual(environment) : directory;
    Files.createDirectories(base);
    Path work = Files.createTempDirectory(base.toAbsolutePath(), "wire-");
    try (ChildProcesses processes =
        new ChildProcesses(mainClass, JvmFlags.asOwn(environment), work)) {
      // Ctrl-C: the sides end with this process; their files have to go as well.
      Thread cleanUp = new Thread(() -> endAndDelete(processes, work));
      Runtime.getRuntime().addShutdownHook(cleanUp);
      WireReport report = measure(processes, work);
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

  private static void endAndDelete(ChildProcesses processes, Path work) {
    processes.close();
    try {
      DirectoryTree.delete(work);
    } catch (IOException e) {
      System.err.println("shoal: cannot delete " + work + ": " + Causes.text(e));
    }
  }

  private WireReport measure(ChildProcesses processes, Path work)
      throws IOException, InterruptedException {
    long wanted = Math.min(size.bytes(), LARGEST_BLOB);
    long blobBytes = Math.ceilDiv(wanted, Sender.BLOCK_BYTES) * Sender.BLOCK_BYTES;
    int rounds = Math.toIntExact(Math.ceilDiv(size.bytes(), blobBytes));
    Path cluster = work.resolve("cluster");
    ClusterFolder.init(cluster);
    ChildProcess sender =
        processes.start(
            "sender", "origin", SideCommand.sender(cluster, work.resolve("origin"), blobBytes));
    try (Control from = new Control(sender.awaitPort(START_LIMIT))) {
      Offer offer = Offer.parse(from.order("offer"));
      ChildProcess receiver =
          processes.start(
              "receiver", "agent", SideCommand.receiver(cluster, work.resolve("agent"), offer));
      try (Control to = new Control(receiver.awaitPort(START_LIMIT))) {
        List<Pass> passes = new ArrayList<>();
        for (Mode mode : modes == null ? List.of(Mode.values()) : modes) {
          System.err.println("measuring: " + mode.title());
          passes.add(pass(mode, from, to, rounds, blobBytes));
        }
        return new WireReport(blobBytes * rounds, passes);
      }
    }
  }

  private static Pass pass(Mode mode, Control from, Control to, int rounds, long blobBytes)
      throws IOException {
    to.order(mode.name());
    Usage sender = from.usage();
    Usage receiver = to.usage();
    long nanos = 0;
    for (int round = 0; round < rounds; round++) {
      nanos += Long.parseLong(to.order(mode.name()));
    }
    return new Pass(
        mode, blobBytes * rounds, nanos, from.usage().since(sender), to.usage().since(receiver));
  }
}
