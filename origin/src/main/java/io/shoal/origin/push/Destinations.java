package io.shoal.origin.push;

import io.micrometer.core.instrument.MeterRegistry;
import io.shoal.core.content.Digest;
import io.shoal.node.store.BlobStore;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamNames;
import io.shoal.oci.upstream.UpstreamWriter;
import io.shoal.origin.delivery.Deliveries;
import io.shoal.origin.delivery.Sender;
import io.shoal.origin.upstream.KeptRepositories;
import io.shoal.origin.upstream.Pins;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Where pushes go, by registry, and what there is of those that went before. Thread-safe. */
public final class Destinations implements AutoCloseable {

  private final Pins pins;
  private final KeptRepositories kept;
  private final Deliveries deliveries;
  private final Map<String, Destination> byRegistry = new HashMap<>();

  private Destinations(
      PushSettings settings,
      Pins pins,
      KeptRepositories kept,
      Deliveries deliveries,
      SentOn sentOn,
      BlobStore store) {
    this.pins = pins;
    this.kept = kept;
    this.deliveries = deliveries;
    Destination here = new KeptHere(kept, pins, store);
    Destination through = new SentThrough(sentOn, pins);
    Destination back = new SentBack(sentOn, deliveries, pins, through);
    settings
        .registries()
        .forEach((registry, target) ->
            byRegistry.put(
                UpstreamNames.normal(registry),
                switch (target.mode()) {
                  case STANDALONE -> here;
                  case THROUGH -> through;
                  case BACK -> back;
                }));
  }

  /**
   * Opens them; what was on its way to a registry goes on.
   *
   * @param dir the folder of the blob store
   * @param sent told of the bytes of what a registry has got
   * @throws IOException if what is kept here cannot be read
   */
  public static Destinations open(
      PushSettings settings,
      Path dir,
      UpstreamDirectory directory,
      BlobStore store,
      LongConsumer sent,
      MeterRegistry metrics)
      throws IOException {
    Pins pins = new Pins(store);
    KeptRepositories kept =
        KeptRepositories.open(
            settings.registriesIn(PushMode.STANDALONE), dir.resolve("repositories"), pins);
    Sender sender = new Sender(writers(settings, directory), store, sent);
    Deliveries deliveries =
        Deliveries.open(
            settings.registriesIn(PushMode.BACK),
            dir.resolve("deliveries"),
            settings.maxWaiting(),
            settings.longestPause(),
            sender,
            pins,
            metrics);
    // As soon as one registry is private, nobody is told of content by its digest alone.
    SentOn sentOn = new SentOn(sender, store, InstantSource.system(), directory.names().anyRelay());
    return new Destinations(settings, pins, kept, deliveries, sentOn, store);
  }

  /** The registries that what is pushed is sent on to. */
  private static Map<String, UpstreamWriter> writers(
      PushSettings settings, UpstreamDirectory directory) {
    Map<String, UpstreamWriter> writers = new HashMap<>();
    settings
        .registries()
        .forEach((registry, target) -> {
          if (target.mode() != PushMode.STANDALONE) {
            writers.put(UpstreamNames.normal(registry), directory.writer(registry, target.login()));
          }
        });
    return writers;
  }

  /** The repositories of registries that have no upstream. */
  public KeptRepositories kept() {
    return kept;
  }

  /** What is on its way to its registry. */
  public Deliveries deliveries() {
    return deliveries;
  }

  /** Where pushes to this registry go, if it takes any. */
  Optional<Destination> of(String registry) {
    return Optional.ofNullable(byRegistry.get(registry));
  }

  /** Needs a blob that is being pushed, until this is closed. */
  Pins.Hold hold(Digest digest) throws IOException {
    return pins.hold(digest);
  }

  /** What is on its way goes on after the next start. */
  @Override
  public void close() {
    deliveries.close();
  }
}
