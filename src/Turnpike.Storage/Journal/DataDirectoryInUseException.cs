namespace Turnpike.Storage.Journal;

/// <summary>Two servers must not share a data directory: each would hand out the same credit.</summary>
public sealed class DataDirectoryInUseException(string directory, string? holder, Exception? innerException = null) : Exception(
    $"The data directory {directory} is in use by another server{(holder is null ? "" : $" (process {holder})")}. "
        + "Stop it first, or give this one a directory of its own.",
    innerException);
