package io.shoal.oci.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * Decides which hosts may be dialled on behalf of one registry. The registry itself, if the
 * operator has named it, and the private hosts he has named with it may be anywhere; where a
 * redirect or a challenge leads us must be a public address, or else whoever runs a registry could
 * make a server inside the cluster send requests to its neighbours.
 */
final class HostGuard {

  private final OkHttpClient open;
  private final OkHttpClient guarded;
  private final HttpUrl base;
  private final boolean baseMayBePrivate;
  private final Globs privateHosts;

  /**
   * @param open dials anybody
   * @param baseMayBePrivate whether the operator has named this very registry
   */
  HostGuard(OkHttpClient open, HttpUrl base, boolean baseMayBePrivate, Globs privateHosts) {
    this.open = open;
    // With a proxy only the proxy's own name is looked up here, and that one is the operator's.
    this.guarded =
        open.proxy() == null
            ? open.newBuilder().dns(host -> onlyPublic(host, open.dns())).build()
            : open;
    this.base = base;
    this.baseMayBePrivate = baseMayBePrivate;
    this.privateHosts = privateHosts;
  }

  /**
   * The client to send a request to this address with.
   *
   * @throws PrivateAddressException if it must not be dialled; the client throws it, too
   */
  OkHttpClient clientFor(HttpUrl url) throws IOException {
    if (mayBePrivate(url)) {
      return open;
    }
    // For a host that looks like an address the client makes no lookup.
    if (PrivateAddresses.isLiteral(url.host()) && PrivateAddresses.containLiteral(url.host())) {
      throw new PrivateAddressException(url.host());
    }
    return guarded;
  }

  private boolean mayBePrivate(HttpUrl url) {
    return (baseMayBePrivate && url.host().equals(base.host()) && url.port() == base.port())
        || privateHosts.match(url.host())
        || privateHosts.match(url.host() + ":" + url.port());
  }

  /** A call that has to be over in time, however slowly the answer comes: for all but blobs. */
  Call shortCall(Request request) throws IOException {
    Call call = clientFor(request.url()).newCall(request);
    long patienceMillis = 2L * open.readTimeoutMillis();
    call.timeout().timeout(patienceMillis, TimeUnit.MILLISECONDS);
    return call;
  }

  private static List<InetAddress> onlyPublic(String host, Dns dns) throws UnknownHostException {
    List<InetAddress> addresses = dns.lookup(host);
    if (addresses.stream().anyMatch(PrivateAddresses::contain)) {
      throw new PrivateAddressException(host);
    }
    return addresses;
  }
}
