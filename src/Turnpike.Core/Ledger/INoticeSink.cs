namespace Turnpike.Core.Ledger;

/// <summary>Who must know what was changed in the store: the running server's memory.</summary>
public interface INoticeSink
{
    /// <summary>Takes a change over. Called one at a time and in order; a notice that failed is given again, so it must bear repetition.</summary>
    Task ApplyAsync(Notice notice, CancellationToken cancellationToken);
}
