package io.shoal.oci.registry;

import io.netty.channel.ChannelHandler;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamNames;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * The pull side of a registry, to be put into HTTP/1.1 pipelines: it answers {@code /v2/**} and
 * passes everything else on to the handler behind it.
 */
public final class RegistryEndpoint implements AutoCloseable {

  private final RequestResponder responder;
  private final Consumer<Served> observer;
  private final ExecutorService blocking =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("registry-", 0).factory());

  /**
   * @param content what is served
   * @param names which upstreams requests may name
   * @param refuseForwarded whether to refuse what another Shoal process sends ({@code Via: shoal}),
   *     as an agent does, so that a misconfigured upstream makes no circle
   * @param observer told about every answer, on an event loop
   */
  public RegistryEndpoint(
      RegistryContent content,
      UpstreamNames names,
      boolean refuseForwarded,
      Consumer<Served> observer) {
    this(new Responder(content, new UpstreamSelector(names), refuseForwarded), observer);
  }

  /**
   * The same, for clients that may have to log in at a registry in mode relay.
   *
   * @param upstreams which upstreams requests may name, and where their token servers are
   */
  public RegistryEndpoint(
      RegistryContent content,
      UpstreamDirectory upstreams,
      boolean refuseForwarded,
      Consumer<Served> observer) {
    this(reading(content, upstreams, refuseForwarded), observer);
  }

  /**
   * Serves other things than a registry in the same way.
   *
   * @param responder answers what it claims
   * @param observer told about every answer, on an event loop
   */
  public RegistryEndpoint(RequestResponder responder, Consumer<Served> observer) {
    this.responder = responder;
    this.observer = observer;
  }

  /**
   * What answers the pull side of a registry, to stand behind something that answers the rest, for
   * clients that may have to log in at a registry in mode relay.
   */
  public static RequestResponder reading(
      RegistryContent content, UpstreamDirectory upstreams, boolean refuseForwarded) {
    return new LoginResponder(
        new Responder(content, new UpstreamSelector(upstreams.names()), refuseForwarded),
        upstreams);
  }

  /**
   * A handler for one connection, to stand behind the HTTP codec. Works with auto-read on and off.
   */
  public ChannelHandler newHandler() {
    return new RegistryHandler(this);
  }

  RequestResponder responder() {
    return responder;
  }

  Consumer<Served> observer() {
    return observer;
  }

  ExecutorService blocking() {
    return blocking;
  }

  /** Interrupts the requests that are still waiting for content. */
  @Override
  public void close() {
    blocking.shutdownNow();
  }
}
