namespace Weir.Diagnosis.Sources.S3;

/// <summary>Some bytes of an object, in a buffer of the shared pool; whoever takes it gives it back.</summary>
internal readonly record struct S3Piece(byte[] Buffer, int Length);
