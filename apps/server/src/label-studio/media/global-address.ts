import { BlockList, isIPv4 } from "node:net";

/** IPv4 addresses that are not of the public Internet. @see IANA IPv4 Special-Purpose Address Registry */
const CLOSED_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
];

/** Public ones are in here … @see IANA IPv6 Global Unicast Address Assignments */
const OPEN_IPV6 = "2000::/3";

/** … but for these: protocols, documentation, and 6to4, which carries an IPv4 address. Mapped and translated ones are outside already. */
const CLOSED_IPV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"];

const closedV4 = blockList(CLOSED_IPV4, "ipv4");
const openV6 = blockList([OPEN_IPV6], "ipv6");
const closedV6 = blockList(CLOSED_IPV6, "ipv6");

/** Whether an address is of the public Internet: not this machine, its network, a cloud's metadata, or a form that hides such a one. */
export function isGlobalAddress(address: string): boolean {
  if (isIPv4(address)) return !closedV4.check(address, "ipv4");
  // A BlockList takes ::ffff:1.2.3.4 for 1.2.3.4; such an address is none of 2000::/3.
  return !/^::/.test(address) && openV6.check(address, "ipv6") && !closedV6.check(address, "ipv6");
}

function blockList(ranges: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", bits] = range.split("/");
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}
