namespace Weir.Diagnosis;

/// <summary>How one side of a relayed connection ended it.</summary>
internal enum RelayEnd
{
    None,
    Fin,
    Rst,
}
