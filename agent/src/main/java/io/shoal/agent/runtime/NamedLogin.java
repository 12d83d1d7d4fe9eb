package io.shoal.agent.runtime;

import io.shoal.oci.upstream.Login;

/**
 * A login and what the node's configuration calls it, so that it can be spoken of without telling
 * it.
 *
 * @param name as in {@code prewarm.credentials}
 * @param login user and password
 */
public record NamedLogin(String name, Login login) {}
