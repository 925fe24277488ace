using System.Net;

namespace Weir.Reactor;

/// <summary>A connect that begins: its number in the network (from 1), the loop it comes from, and where it goes.</summary>
public readonly record struct SimConnect(int Number, SimLoop From, IPEndPoint To);
