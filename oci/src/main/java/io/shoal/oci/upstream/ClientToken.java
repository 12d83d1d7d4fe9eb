package io.shoal.oci.upstream;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token of upstream's that a client has sent ({@code Authorization: Bearer}, RFC 6750). Lives in
 * memory for as long as the request, or the fetch, that needs it, and never shows in a text.
 */
public final class ClientToken {

  /**
   * What clients get that show no login: it names nobody and opens nothing that is not open to
   * anybody, so there is no use in making one up.
   */
  public static final String ANONYMOUS = "shoal-anonymous";

  private static final Pattern BEARER =
      Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]{1,16384}=*)");

  private final String value;

  private ClientToken(String value) {
    this.value = value;
  }

  /** The token in an Authorization header; empty if it has none of upstream's. */
  public static Optional<ClientToken> ofHeader(String header) {
    Matcher bearer = BEARER.matcher(header.strip());
    return bearer.matches() && !bearer.group(1).equals(ANONYMOUS)
        ? Optional.of(new ClientToken(bearer.group(1)))
        : Optional.empty();
  }

  /** Whether the header brings a token, be it of upstream's or the anonymous one. */
  public static boolean isBearer(String header) {
    return BEARER.matcher(header.strip()).matches();
  }

  /** The Authorization header. For sending only. */
  public String header() {
    return "Bearer " + value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClientToken token && token.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "a token";
  }
}
