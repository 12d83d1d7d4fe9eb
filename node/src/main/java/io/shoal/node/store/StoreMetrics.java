package io.shoal.node.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What the store counts. */
final class StoreMetrics {

  private final MeterRegistry registry;
  private final Counter evictions;
  private final Counter evictedBytes;
  private final Counter diskFull;

  StoreMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.evictions =
        Counter.builder("shoal.store.evictions")
            .description("Blobs evicted to make room")
            .register(registry);
    this.evictedBytes =
        Counter.builder("shoal.store.evicted")
            .baseUnit("bytes")
            .description("Length of the evicted blobs")
            .register(registry);
    this.diskFull =
        Counter.builder("shoal.store.disk.full")
            .description("Blobs that found no room even after eviction")
            .register(registry);
  }

  void evicted(long bytes) {
    evictions.increment();
    evictedBytes.increment((double) bytes);
  }

  void diskFull() {
    diskFull.increment();
  }

  void watch(Supplier<StoreUsage> usage) {
    gauge("shoal.store.blobs", "blobs", "Whole blobs in the store", usage, StoreUsage::blobs);
    gauge("shoal.store.blob", "bytes", "Length of the whole blobs", usage, StoreUsage::blobBytes);
    gauge(
        "shoal.store.partials",
        "blobs",
        "Blobs of which some is missing",
        usage,
        StoreUsage::partials);
    gauge(
        "shoal.store.partial",
        "bytes",
        "Full length of the partial blobs",
        usage,
        StoreUsage::partialBytes);
    gauge("shoal.store.limit", "bytes", "What the store may hold", usage, StoreUsage::limitBytes);
  }

  private void gauge(
      String name,
      String unit,
      String description,
      Supplier<StoreUsage> usage,
      ToDoubleFunction<StoreUsage> value) {
    Gauge.builder(name, usage, source -> value.applyAsDouble(source.get()))
        .baseUnit(unit)
        .description(description)
        .strongReference(true)
        .register(registry);
  }
}
