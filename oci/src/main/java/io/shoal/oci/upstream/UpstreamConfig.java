package io.shoal.oci.upstream;

import io.shoal.config.Key;
import io.shoal.core.reference.ImageReference;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Settings of one registry.
 *
 * @param url where it is really reached; without it {@code https://HOST}
 * @param mode whose rights decide what is read
 * @param username login; whoever reaches this service may read what the login may read
 * @param passwordFile file with the login's password or token, read whenever a login is needed
 * @param ca certificates to believe beside those that Java believes
 * @param proxy HTTP proxy on the way there
 * @param rewrite what stands before every repository name there
 * @param allow repositories that may be read; all if there are none
 * @param deny repositories that may not be read
 * @param privateHosts hosts with private addresses that it may redirect to
 * @param catalog whether clients may list its repositories
 * @param insecure accept any certificate, and send the login even over plain http
 */
public record UpstreamConfig(
    @Key(doc = "Where the registry is really reached; without it https://HOST.") Optional<URI> url,
    @Key(
            doc =
                "public: only what anybody may read there. relay: what the client's own token may"
                    + " read. credentials: what the login below may read; everyone who can reach"
                    + " this service may then read it, too.",
            defaultValue = "public")
        UpstreamMode mode,
    @Key(doc = "Login at the registry, with mode credentials.") Optional<String> username,
    @Key(doc = "File with the login's password or token; read whenever a login is needed.")
        Optional<Path> passwordFile,
    @Key(doc = "File with certificates (PEM) to believe beside those that Java believes.")
        Optional<Path> ca,
    @Key(
            doc =
                "HTTP proxy on the way there, such as http://proxy:3128. It looks up names, so it"
                    + " has to refuse private addresses itself.")
        Optional<URI> proxy,
    @Key(
            doc =
                "What to put before repository names: with mirror/hub, org/app is read from"
                    + " mirror/hub/org/app.")
        Optional<String> rewrite,
    @Key(
            doc =
                "Repositories that may be read: names, or patterns with *. Without any, all. Others"
                    + " are answered with 404, so that the client goes there itself.")
        List<String> allow,
    @Key(doc = "Repositories that may not be read, though allowed: names, or patterns with *.")
        List<String> deny,
    @Key(
            doc =
                "Hosts with private addresses that it may send us on to, such as its own token"
                    + " server or storage: names with or without port, or patterns with *.")
        List<String> privateHosts,
    @Key(
            doc =
                "Whether clients may list its repositories (/v2/_catalog): all that the login, or"
                    + " anybody, may see there.",
            defaultValue = "false")
        boolean catalog,
    @Key(
            doc = "Accept any certificate, and send the login even over plain http.",
            defaultValue = "false")
        boolean insecure) {

  /** {@code https://HOST}, no login. */
  static final UpstreamConfig PLAIN = plain(Optional.empty());

  public UpstreamConfig {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
    privateHosts = List.copyOf(privateHosts);
    url.ifPresent(UpstreamConfig::checkUrl);
    checkLogin(mode, username, passwordFile);
    if (username.isPresent() && url.isPresent() && isPlain(url.get()) && !insecure) {
      throw new IllegalArgumentException(
          "a login over plain http can be read by anyone on the way:"
              + " use an https url, or set insecure to true to send it all the same");
    }
    if (mode == UpstreamMode.RELAY && insecure) {
      throw new IllegalArgumentException(
          "mode relay sends clients' tokens and passwords there, and not to just anybody:"
              + " leave out insecure, and name the certificate to believe in ca");
    }
    if (ca.isPresent() && insecure) {
      throw new IllegalArgumentException("insecure accepts any certificate: leave out ca, or it");
    }
    proxy.ifPresent(UpstreamConfig::checkProxy);
    if (rewrite.isPresent() && !ImageReference.isRepository(rewrite.get())) {
      throw new IllegalArgumentException(
          "rewrite must be the beginning of repository names, not '" + rewrite.get() + "'");
    }
  }

  /** No login, certificates checked. */
  public static UpstreamConfig anonymous(URI url) {
    return plain(Optional.of(url));
  }

  private static UpstreamConfig plain(Optional<URI> url) {
    return new UpstreamConfig(
        url,
        UpstreamMode.PUBLIC,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        false,
        false);
  }

  private static void checkLogin(
      UpstreamMode mode, Optional<String> username, Optional<Path> passwordFile) {
    if (username.isPresent() != passwordFile.isPresent()) {
      throw new IllegalArgumentException("username and passwordFile belong together: set both");
    }
    if (username.isPresent() != (mode == UpstreamMode.CREDENTIALS)) {
      throw new IllegalArgumentException(
          "a login and mode credentials belong together:"
              + " everyone who can reach this service may then read what the login may read");
    }
  }

  private static void checkUrl(URI url) {
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null || url.getRawQuery() != null || url.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "not the address of a registry: " + url + " (write e.g. https://registry.example:5000)");
    }
  }

  private static void checkProxy(URI proxy) {
    if (!isPlain(proxy) || proxy.getHost() == null || proxy.getPort() < 0) {
      throw new IllegalArgumentException(
          "not the address of a proxy: " + proxy + " (write e.g. http://proxy.example:3128)");
    }
  }

  private static boolean isPlain(URI url) {
    return "http".equals(url.getScheme());
  }
}
