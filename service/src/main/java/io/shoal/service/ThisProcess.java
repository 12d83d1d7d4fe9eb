package io.shoal.service;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What the fleet view tells of a process that was not told itself. */
public final class ThisProcess {

  private ThisProcess() {}

  /** The host's name, or {@code unnamed} if it has none. */
  public static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unnamed";
    }
  }

  /** The version of the distribution it was started from. */
  public static String version() {
    String version = ThisProcess.class.getPackage().getImplementationVersion();
    return version == null ? "unreleased" : version;
  }
}
