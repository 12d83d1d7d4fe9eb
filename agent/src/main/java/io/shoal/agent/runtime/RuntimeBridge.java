package io.shoal.agent.runtime;

import io.shoal.config.HostPort;
import io.shoal.core.reference.ImageReference;
import io.shoal.oci.upstream.UpstreamNames;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets agents without the right to use the node's runtimes order pulls from this process, which has
 * it. On a unix socket, to which the group of its folder has access; what can be ordered is a
 * {@link BridgeRequest} and nothing else, so that whoever takes over an agent can fill the node
 * with images, and not own it. One pull at a time. Thread-safe.
 */
public final class RuntimeBridge implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RuntimeBridge.class);

  private static final int MAX_CONNECTIONS = 8;
  private static final long REQUEST_LIMIT_MILLIS = 60_000;
  private static final long TURN_MILLIS = 200;
  private static final long WATCH_SECONDS = 10;

  private final ServerSocketChannel server;
  private final Path socket;
  private final NodeRuntimes runtimes;
  private final Map<String, LoginConfig> credentials;
  private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);
  private final Semaphore turn = new Semaphore(1, true);
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("runtime-bridge-clock").daemon().factory());

  /**
   * Serves until it is closed.
   *
   * @param access which runtimes, and where its own socket is to be
   * @param credentials the logins that agents may name
   * @param listen of the agents' pull endpoint, where Docker finds it
   * @param names what requests to that endpoint mean
   * @param lost told once a runtime's socket takes no connections any longer: a mount of it leads
   *     nowhere after the runtime was restarted, and only a new container gets a new mount
   * @throws IOException if one of the runtimes cannot be used, or the socket cannot be made
   */
  public static RuntimeBridge start(
      RuntimeAccess access,
      Map<String, LoginConfig> credentials,
      HostPort listen,
      UpstreamNames names,
      Consumer<String> lost)
      throws IOException {
    Path socket =
        access
            .bridge()
            .orElseThrow(() -> new IOException("prewarm.runtimeAccess.bridge is not set"));
    if (access.allow().isEmpty()) {
      throw new IOException("prewarm.runtimeAccess.allow names no runtime");
    }
    NodeRuntimes runtimes = new NodeRuntimes(access.direct(), listen, listen.port(), names);
    runtimes.connectToAll();
    RuntimeBridge bridge = new RuntimeBridge(socket, runtimes, credentials);
    bridge.clock.scheduleWithFixedDelay(
        () -> bridge.watch(lost), WATCH_SECONDS, WATCH_SECONDS, TimeUnit.SECONDS);
    Thread.ofPlatform().name("runtime-bridge").daemon().start(bridge::accept);
    log.info("{} may be used through {}", access.allow(), socket);
    return bridge;
  }

  private RuntimeBridge(Path socket, NodeRuntimes runtimes, Map<String, LoginConfig> credentials)
      throws IOException {
    this.socket = socket;
    this.runtimes = runtimes;
    this.credentials = Map.copyOf(credentials);
    Files.deleteIfExists(socket);
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    openToTheGroup();
  }

  /** Until here nobody else may write to it, and so not connect. */
  private void openToTheGroup() throws IOException {
    Path folder = socket.toAbsolutePath().getParent();
    Object group = Files.getAttribute(folder, "unix:gid");
    if (!group.equals(Files.getAttribute(socket, "unix:gid"))) {
      Files.setAttribute(socket, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
    }
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
  }

  private void watch(Consumer<String> lost) {
    try {
      runtimes.connectToAll();
    } catch (IOException e) {
      lost.accept(String.valueOf(e.getMessage()));
    }
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        if (connections.tryAcquire()) {
          Thread.ofVirtual().start(() -> serve(channel));
        } else {
          channel.close();
        }
      }
    } catch (IOException e) {
      if (server.isOpen()) {
        log.error("No more requests are taken at {}", socket, e);
      }
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      BridgeRequest request;
      try {
        request = request(channel);
      } catch (IOException e) {
        log.warn("A request that is none: {}", e.getMessage());
        BridgeLine.write(channel, BridgeAnswer.failed("not a request: " + e.getMessage()));
        return;
      }
      BridgeLine.write(channel, answer(channel, request));
    } catch (IOException e) {
      log.debug("Nobody waits for the answer any longer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.release();
    }
  }

  private BridgeRequest request(SocketChannel channel) throws IOException {
    ScheduledFuture<?> limit =
        clock.schedule(() -> hangUp(channel), REQUEST_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    try {
      return BridgeLine.read(channel, BridgeRequest.MAX_BYTES, BridgeRequest.class);
    } finally {
      limit.cancel(false);
    }
  }

  private static void hangUp(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("Closing failed", e);
    }
  }

  private BridgeAnswer answer(SocketChannel channel, BridgeRequest request)
      throws InterruptedException {
    try {
      NodeRuntime runtime = runtimes.open(request.runtime());
      ImageReference image = ImageReference.parse(request.image());
      runtime.check(image, request.platform());
      if (!request.onlyCheck()) {
        RuntimePull pull =
            new RuntimePull(image, request.platform(), login(request), hungUp(channel)::get);
        pullInTurn(runtime, pull);
        log.info("{} has {}", request.runtime(), image);
      }
      return BridgeAnswer.done();
    } catch (NodeRuntimeException | RuntimeException e) {
      log.warn("{} has not got {}: {}", request.runtime(), request.image(), e.getMessage());
      return BridgeAnswer.failed(String.valueOf(e.getMessage()));
    }
  }

  private void pullInTurn(NodeRuntime runtime, RuntimePull pull)
      throws NodeRuntimeException, InterruptedException {
    while (!turn.tryAcquire(TURN_MILLIS, TimeUnit.MILLISECONDS)) {
      if (pull.stopped().getAsBoolean()) {
        throw new NodeRuntimeException("stopped");
      }
    }
    try {
      runtime.pull(pull);
    } finally {
      turn.release();
    }
  }

  private Optional<NamedLogin> login(BridgeRequest request) throws NodeRuntimeException {
    if (request.credentials().isEmpty()) {
      return Optional.empty();
    }
    String name = request.credentials().get();
    LoginConfig known = credentials.get(name);
    if (known == null) {
      throw new NodeRuntimeException(
          "the runtimes' bridge knows no credentials '" + name + "' (prewarm.credentials)");
    }
    return Optional.of(known.named(name));
  }

  /** An agent says nothing after its request: whatever can be read is the end. */
  private static AtomicBoolean hungUp(SocketChannel channel) {
    AtomicBoolean gone = new AtomicBoolean();
    Thread.ofVirtual()
        .start(() -> {
          try {
            channel.read(ByteBuffer.allocate(1));
          } catch (IOException e) {
            log.debug("The connection broke", e);
          }
          gone.set(true);
        });
    return gone;
  }

  /** Takes no more requests; calls off what is being pulled. */
  @Override
  public void close() throws IOException {
    clock.shutdownNow();
    server.close();
    Files.deleteIfExists(socket);
  }
}
