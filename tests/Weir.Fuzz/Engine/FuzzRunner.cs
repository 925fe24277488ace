namespace Weir.Fuzz.Engine;

/// <summary>
/// Puts the corpus and then its mutations to a target until one fails or <paramref name="goOn"/> says no. The same seed
/// gives the same inputs.
/// </summary>
internal sealed class FuzzRunner(IFuzzTarget target, ulong seed, Func<long, bool> goOn)
{
    public long Runs { get; private set; }

    public Finding? Run()
    {
        IReadOnlyList<byte[]> corpus = Corpus.Read(target.CorpusFolder);
        foreach (byte[] input in corpus)
        {
            if (Fault(input) is { } fault)
            {
                return Minimized(input, fault);
            }
        }

        Mutator mutator = new(corpus, new FuzzRandom(seed));
        for (; goOn(Runs); Runs++)
        {
            byte[] input = mutator.Next();
            if (Fault(input) is { } fault)
            {
                return Minimized(input, fault);
            }
        }

        return null;
    }

    private Finding Minimized(byte[] input, string fault)
    {
        byte[] smallest = Minimizer.Minimize(input, candidate => Fault(candidate) is not null);
        return new Finding(Runs, smallest, Fault(smallest) ?? fault);
    }

    private string? Fault(byte[] input)
    {
        try
        {
            return target.Check(input);
        }
#pragma warning disable CA1031 // Any exception at all is what is looked for here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return $"threw {exception.GetType().Name}: {exception.Message}\n{exception.StackTrace}";
        }
    }
}
