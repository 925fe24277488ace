using Xunit.Sdk;
using Xunit.v3;

// Loops, storms and measured times want the two cores of a small machine for themselves, and one test lowers the
// descriptor limit of the process.
[assembly: Parallelization(Mode = ParallelMode.None)]
