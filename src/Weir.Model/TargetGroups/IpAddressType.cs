namespace Weir.Model;

/// <summary>The family of a target group's addresses; a group holds one only.</summary>
public enum IpAddressType
{
    Ipv4,
    Ipv6,
}
