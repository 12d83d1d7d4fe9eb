package io.shoal.e2e.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A class of end-to-end tests: it gets the {@link Lab} that all of them share, is left out with a
 * printed reason where the machine lacks what they need (but fails when {@code CI=true}), and shows
 * the logs of the running programs when a test fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("e2e")
@ExtendWith(LabExtension.class)
public @interface EndToEnd {}
