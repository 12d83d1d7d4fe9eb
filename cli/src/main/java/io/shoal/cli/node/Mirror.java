package io.shoal.cli.node;

import io.shoal.cli.console.UserError;
import java.net.URI;

/**
 * The agent as a runtime sees it.
 *
 * @param uri scheme, host and port, without a slash at the end
 */
record Mirror(URI uri) {

  /** The mirror at this address; a complaint if no runtime could use it. */
  static Mirror at(URI given) {
    String path = given.getPath();
    boolean bare =
        (path == null || path.isEmpty() || path.equals("/"))
            && given.getRawUserInfo() == null
            && given.getRawQuery() == null
            && given.getRawFragment() == null;
    boolean http = "http".equals(given.getScheme()) || "https".equals(given.getScheme());
    if (!http || given.getHost() == null || !bare) {
      throw UserError.unusable(
          "--mirror: write scheme, host and port of the agent, as in http://127.0.0.1:4600, not "
              + given);
    }
    return new Mirror(URI.create(given.getScheme() + "://" + given.getRawAuthority()));
  }

  /** Host and port, as registries.conf wants them. */
  String location() {
    return uri.getRawAuthority();
  }

  /** Whether it speaks plain HTTP. */
  boolean insecure() {
    return "http".equals(uri.getScheme());
  }

  /** Whether this text names it, too. */
  boolean is(String url) {
    return uri.toString().equals(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
