using Microsoft.Extensions.DependencyInjection.Extensions;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Storage.Journal;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage;

/// <summary>Puts the book and its storage into a host.</summary>
public static class StorageHosting
{
    /// <summary>Registers <see cref="IStore"/>, <see cref="IResponseStore"/>, <see cref="IJournal"/>, <see cref="Book"/> and <see cref="StorageHealth"/>, and the services that
    /// open them before the server listens and close them after it has stopped. Changes made by other processes go to every
    /// <see cref="INoticeSink"/> that is registered.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static IServiceCollection AddTurnpikeStorage(this IServiceCollection services, StorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(static p => new SqlStore(DatabaseChoice.Open(p.GetRequiredService<StorageOptions>())));
        services.AddSingleton<IStore>(static p => p.GetRequiredService<SqlStore>());
        services.AddSingleton<IPresetStore>(static p => new SqlPresets(p.GetRequiredService<SqlStore>()));
        services.AddSingleton(static p => new RingJournal(p.GetRequiredService<StorageOptions>().Durability));
        services.AddSingleton<IJournal>(static p => p.GetRequiredService<RingJournal>());
        services.AddSingleton(static p => new StorageHealth(p.GetRequiredService<RingJournal>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IResponseStore>(static p => p.GetRequiredService<SqlStore>());
        services.AddSingleton<Book>();
        services.AddSingleton<StorageService>();
        services.AddHostedService(static p => p.GetRequiredService<StorageService>());
        services.AddSingleton<NoticeWatcher>();
        services.AddHostedService(static p => p.GetRequiredService<NoticeWatcher>());
        return services;
    }
}
