package io.shoal.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what a component of a config record means. The key is called like the component unless
 * {@link #name} says otherwise.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Key {

  /** One sentence for the configuration page. */
  String doc();

  /**
   * The value when nothing is set, as a person would write it; lists separated by commas. Without
   * one the key must be set, except that an Optional, list, map or nested record may be absent.
   */
  String defaultValue() default "";

  /** The key's name where it cannot be a Java name, such as {@code default}. */
  String name() default "";
}
