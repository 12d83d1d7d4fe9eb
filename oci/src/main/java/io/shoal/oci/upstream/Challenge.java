package io.shoal.oci.upstream;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import okhttp3.Response;

/** How upstream wants to be spoken to: the useful one of its WWW-Authenticate headers. */
sealed interface Challenge {

  /**
   * A token from a token server (distribution spec's "token authentication").
   *
   * @param realm the token server's address
   * @param service what to ask it a token for
   * @param scope what upstream thinks the token must permit
   */
  record Bearer(String realm, Optional<String> service, Optional<String> scope)
      implements Challenge {}

  /** User name and password. */
  record Basic() implements Challenge {}

  /** Bearer if there is one, else Basic, else empty. */
  static Optional<Challenge> of(Response response) {
    List<okhttp3.Challenge> offered = response.challenges();
    Optional<Challenge> bearer =
        offered.stream()
            .filter(c -> c.scheme().toLowerCase(Locale.ROOT).equals("bearer"))
            .filter(c -> c.authParams().get("realm") != null)
            .map(Challenge::bearer)
            .findFirst();
    if (bearer.isPresent()) {
      return bearer;
    }
    return offered.stream()
        .filter(c -> c.scheme().toLowerCase(Locale.ROOT).equals("basic"))
        .map(c -> (Challenge) new Basic())
        .findFirst();
  }

  private static Challenge bearer(okhttp3.Challenge challenge) {
    Map<String, String> params = challenge.authParams();
    return new Bearer(
        String.valueOf(params.get("realm")),
        Optional.ofNullable(params.get("service")),
        Optional.ofNullable(params.get("scope")));
  }
}
