using System.Runtime.CompilerServices;

[assembly: DisableRuntimeMarshalling]
[assembly: InternalsVisibleTo("Weir.Reactor.Tests")]
[assembly: InternalsVisibleTo("Weir.Balancer.Tests")]
