package io.shoal.client.origin;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * Ends calls to an origin that is not there any more. An origin may be silent for a minute because
 * upstream is; one whose host has lost power or network is silent, too, and no packet says so. So
 * while a call lasts, the origin is asked whether it lives, over a connection of its own, and when
 * it does not tell, the call is cancelled: it fails as if the origin could not be reached.
 */
final class OriginWatch extends EventListener {

  private final OkHttpClient probes;
  private final Request probe;
  private final Duration interval;
  private final CountDownLatch over = new CountDownLatch(1);

  private OriginWatch(OkHttpClient probes, Request probe, Duration interval) {
    this.probes = probes;
    this.probe = probe;
    this.interval = interval;
  }

  /**
   * Watches every call of a client.
   *
   * @param interval how long a call lasts before the origin is asked, and asked again
   * @param limit how long its answer may take
   */
  static OkHttpClient watched(
      OkHttpClient http, HttpUrl origin, Duration interval, Duration limit) {
    OkHttpClient probes =
        http.newBuilder()
            .callTimeout(limit)
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
            .build();
    Request probe =
        new Request.Builder()
            .url(origin.newBuilder().addPathSegments("health/live").build())
            .build();
    return http.newBuilder()
        .eventListenerFactory(call -> new OriginWatch(probes, probe, interval))
        .build();
  }

  @Override
  public void callStart(Call call) {
    Thread.ofVirtual().name("origin-watch").start(() -> watch(call));
  }

  private void watch(Call call) {
    try {
      while (!over.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        if (!lives()) {
          call.cancel();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Any answer is a sign of life, whatever it says. */
  private boolean lives() {
    try {
      probes.newCall(probe).execute().close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void callEnd(Call call) {
    over.countDown();
  }

  @Override
  public void callFailed(Call call, IOException e) {
    over.countDown();
  }
}
