import { describe, expect, it } from "vitest";
import { isGlobalAddress } from "./global-address.js";

describe("an address is public", () => {
  it.each(["8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "2606:4700:4700::1111", "2a00:1450:4001::8a"])(
    "%s",
    (address) => expect(isGlobalAddress(address)).toBe(true),
  );
});

describe("an address is not public: this machine, a network, metadata of clouds, or a form that hides one", () => {
  it.each([
    ...["0.0.0.0", "127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    ...["169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1"],
    ...["255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1"],
    ...["::ffff:8.8.8.8", "::ffff:7f00:1", "0:0:0:0:0:ffff:7f00:1", "::127.0.0.1", "64:ff9b::7f00:1"],
    ...["64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "fec0::1", "100::1"],
  ])("%s", (address) => expect(isGlobalAddress(address)).toBe(false));
});
