package io.shoal.client.origin;

import java.io.IOException;

/** The origin did not answer, or broke off, or is not of this cluster. Another origin may help. */
public final class OriginUnreachableException extends IOException {

  OriginUnreachableException(String action, IOException cause) {
    super(action + ": " + cause.getMessage(), cause);
  }
}
