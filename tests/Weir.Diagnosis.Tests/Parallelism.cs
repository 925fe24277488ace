// Some of them wait for seconds that nothing can shorten: other tests go on meanwhile, on a machine of two cores too.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
