using System.Runtime.CompilerServices;

namespace Weir.Diagnosis.Causes;

/// <summary>A number for each <see cref="Cause"/>, in place.</summary>
[InlineArray(Count)]
internal struct CauseChances
{
    public const int Count = (int)Cause.Waf + 1;

    private double _first;
}
