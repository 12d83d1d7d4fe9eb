package io.shoal.agent.runtime;

import io.shoal.client.prewarm.PrewarmRuntime;
import io.shoal.core.reference.ImageReference;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * A runtime that this process may not touch: {@link RuntimeBridge}, in a process that may, uses it
 * instead. Hanging up is how a pull is called off.
 */
final class BridgedRuntime implements NodeRuntime {

  private static final long LOOK_MILLIS = 200;

  private final Path bridge;
  private final PrewarmRuntime runtime;

  BridgedRuntime(Path bridge, PrewarmRuntime runtime) {
    this.bridge = bridge;
    this.runtime = runtime;
  }

  @Override
  public void check(ImageReference image, Optional<String> platform) throws NodeRuntimeException {
    try {
      BridgeRequest question =
          new BridgeRequest(runtime, image.toString(), platform, Optional.empty(), true);
      ask(question, () -> false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NodeRuntimeException("interrupted", e);
    }
  }

  @Override
  public void pull(RuntimePull pull) throws NodeRuntimeException, InterruptedException {
    BridgeRequest order =
        new BridgeRequest(
            runtime,
            pull.image().toString(),
            pull.platform(),
            pull.login().map(NamedLogin::name),
            false);
    ask(order, pull.stopped());
  }

  private void ask(BridgeRequest request, BooleanSupplier stopped)
      throws NodeRuntimeException, InterruptedException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(bridge))) {
      BridgeLine.write(channel, request);
      Optional<String> problem = await(answer(channel), stopped).problem();
      if (problem.isPresent()) {
        throw new NodeRuntimeException(problem.get());
      }
    } catch (IOException e) {
      throw new NodeRuntimeException(
          "the runtimes' bridge at " + bridge + " (shoal runtime-access): " + e.getMessage(), e);
    }
  }

  /** Read by a thread of its own, which ends at the latest when the channel is closed. */
  private static CompletableFuture<BridgeAnswer> answer(SocketChannel channel) {
    CompletableFuture<BridgeAnswer> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            answer.complete(BridgeLine.read(channel, BridgeAnswer.MAX_BYTES, BridgeAnswer.class));
          } catch (IOException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private static BridgeAnswer await(CompletableFuture<BridgeAnswer> answer, BooleanSupplier stopped)
      throws IOException, InterruptedException, NodeRuntimeException {
    while (!stopped.getAsBoolean()) {
      try {
        return answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // Look whether anybody still wants it, and wait on.
      } catch (ExecutionException e) {
        Throwable why = e.getCause() == null ? e : e.getCause();
        throw new IOException(String.valueOf(why.getMessage()), why);
      }
    }
    throw new NodeRuntimeException("stopped");
  }
}
