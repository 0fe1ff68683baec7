namespace Turnpike.Storage;

/// <summary>Where the book is kept.</summary>
public sealed record StorageOptions
{
    /// <summary>The folder of SQLite's file and of the journal. Made when it is not there.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Null for SQLite in <see cref="DataDirectory"/>; a path or <c>sqlite:PATH</c> for SQLite elsewhere; <c>postgres://…</c> for PostgreSQL.</summary>
    public string? Database { get; init; }

    /// <summary>Room for what the store has not taken yet, bytes. Default 16 MiB, 1 MiB to 1 GiB.</summary>
    public long JournalBytes { get; init; } = 16 << 20;

    /// <summary>When an answer's booking counts as durable. Default <see cref="DurabilityLevel.Process"/>.</summary>
    public DurabilityLevel Durability { get; init; } = DurabilityLevel.Process;

    /// <summary>Throws an <see cref="ArgumentException"/> that names every fault.</summary>
    public void Validate()
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(DataDirectory))
        {
            faults.Add("The data directory is empty.");
        }

        if (JournalBytes is < 1 << 20 or > 1 << 30)
        {
            faults.Add($"The journal has {JournalBytes} bytes; it may have 1 MiB to 1 GiB.");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', faults));
        }
    }
}

/// <summary>What a booking survives before the caller is told.</summary>
public enum DurabilityLevel
{
    /// <summary>The death of the process at any instant (kill -9, out of memory, a crash). The disk has it within a tenth of a second.</summary>
    Process,

    /// <summary>The death of the machine as well: the last byte of each answer waits for the disk.</summary>
    Disk,
}
