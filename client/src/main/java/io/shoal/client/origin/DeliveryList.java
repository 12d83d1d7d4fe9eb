package io.shoal.client.origin;

import java.util.List;

/**
 * What is on its way from an origin to its registries.
 *
 * @param waiting how much there is
 * @param oldest the first of it, oldest first
 */
public record DeliveryList(int waiting, List<DeliveryView> oldest) {
  public DeliveryList {
    oldest = List.copyOf(oldest);
  }
}
