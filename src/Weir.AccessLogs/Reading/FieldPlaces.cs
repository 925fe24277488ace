using System.Runtime.CompilerServices;

namespace Weir.AccessLogs.Reading;

/// <summary>Where each field of a line ends.</summary>
[InlineArray(LogReadingLimits.Fields)]
internal struct FieldPlaces
{
    private int _first;
}
