package io.shoal.client.origin;

import java.time.Duration;

/**
 * The client may be told about what was asked for.
 *
 * @param age how long ago upstream has accepted the client's token; zero where no token decides
 */
public record RightAnswer(Duration age) {}
