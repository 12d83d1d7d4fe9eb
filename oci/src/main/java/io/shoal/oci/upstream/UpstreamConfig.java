package io.shoal.oci.upstream;

import io.shoal.config.Key;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of one registry.
 *
 * @param url where it is really reached; without it {@code https://HOST}
 * @param username login; whoever reaches this service may read what the login may read
 * @param passwordFile file with the login's password or token, read whenever a login is needed
 * @param catalog whether clients may list its repositories
 * @param insecure accept any certificate, and send the login even over plain http
 */
public record UpstreamConfig(
    @Key(doc = "Where the registry is really reached; without it https://HOST.") Optional<URI> url,
    @Key(
            doc =
                "Login at the registry. Whoever can reach this service may then read what the login"
                    + " may read.")
        Optional<String> username,
    @Key(doc = "File with the login's password or token; read whenever a login is needed.")
        Optional<Path> passwordFile,
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
  static final UpstreamConfig PLAIN =
      new UpstreamConfig(Optional.empty(), Optional.empty(), Optional.empty(), false, false);

  public UpstreamConfig {
    url.ifPresent(UpstreamConfig::check);
    if (username.isPresent() != passwordFile.isPresent()) {
      throw new IllegalArgumentException("username and passwordFile belong together: set both");
    }
    if (username.isPresent() && url.isPresent() && isPlain(url.get()) && !insecure) {
      throw new IllegalArgumentException(
          "a login over plain http can be read by anyone on the way:"
              + " use an https url, or set insecure to true to send it all the same");
    }
  }

  /** No login, certificates checked. */
  public static UpstreamConfig anonymous(URI url) {
    return new UpstreamConfig(Optional.of(url), Optional.empty(), Optional.empty(), false, false);
  }

  private static void check(URI url) {
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null || url.getRawQuery() != null || url.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "not the address of a registry: " + url + " (write e.g. https://registry.example:5000)");
    }
  }

  private static boolean isPlain(URI url) {
    return "http".equals(url.getScheme());
  }
}
