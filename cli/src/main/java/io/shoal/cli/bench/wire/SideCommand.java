package io.shoal.cli.bench.wire;

import io.shoal.cli.process.ParentOptions;
import io.shoal.cli.process.ServerLifetime;
import io.shoal.client.cluster.ClusterFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One of the two processes of {@code shoal bench wire}, which starts it. */
@Command(name = "wire-side", hidden = true, description = "A process of shoal bench wire.")
public final class SideCommand implements Callable<Integer> {

  @Option(names = "--cluster", required = true)
  private Path cluster;

  @Option(names = "--store", required = true)
  private Path store;

  @Option(names = "--send", paramLabel = "BYTES", description = "Be the sender of so many bytes.")
  private long send;

  @Option(names = "--receive", paramLabel = "OFFER", description = "Be the receiver.")
  private @Nullable String receive;

  @Mixin private ParentOptions parent;

  /** The sender's command line. */
  static List<String> sender(Path cluster, Path store, long bytes) {
    return side(cluster, store, "--send", Long.toString(bytes));
  }

  /** The receiver's command line. */
  static List<String> receiver(Path cluster, Path store, Offer offer) {
    return side(cluster, store, "--receive", offer.line());
  }

  private static List<String> side(Path cluster, Path store, String role, String value) {
    return List.of(
        "bench",
        "wire-side",
        "--cluster",
        cluster.toString(),
        "--store",
        store.toString(),
        role,
        value);
  }

  @Override
  public Integer call() throws Exception {
    ClusterFolder folder = ClusterFolder.in(cluster);
    ServerLifetime.serve(
        "wire-side", receive == null ? sender(folder) : receiver(folder, receive), parent);
    return 0;
  }

  private ControlServer sender(ClusterFolder folder) throws Exception {
    Sender sender = new Sender(folder, store, send);
    return ControlServer.start(
        order -> order.equals("offer") ? sender.offer().line() : Usage.now().line(), sender);
  }

  private ControlServer receiver(ClusterFolder folder, String offer) throws Exception {
    Receiver receiver = new Receiver(folder, store, Offer.parse(offer));
    return ControlServer.start(
        order ->
            order.equals("usage")
                ? Usage.now().line()
                : Long.toString(receiver.run(Mode.valueOf(order))),
        receiver);
  }
}
