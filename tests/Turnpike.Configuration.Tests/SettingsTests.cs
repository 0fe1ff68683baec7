using Microsoft.Extensions.Logging;
using Turnpike.Core.Money;
using Turnpike.Gateway;
using Turnpike.Storage;

namespace Turnpike.Configuration.Tests;

public sealed class SettingsTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void With_nothing_said_everything_has_its_default()
    {
        var settings = _folder.Settings();

        Assert.Equal(["http://127.0.0.1:8088"], settings.Urls);
        Assert.Empty(settings.AdminUrls);
        Assert.Equal(NanoUsd.FromUsd(5), settings.StartingCredit);
        Assert.Equal(_folder.File("data"), settings.Storage.DataDirectory);
        Assert.Null(settings.Storage.Database);
        Assert.False(settings.LocalEngines);
        Assert.Equal(LogLevel.Information, settings.LogLevel);
        Assert.Equal(["turnpike"], settings.Catalog.Providers.Select(static p => p.Id));
    }

    [Fact]
    public void The_file_sets_every_setting()
    {
        var settings = _folder.With("""
            {
              "$schema": "docs/turnpike.schema.json",
              "data": "books", "database": "sqlite:my.db", "durability": "disk", "journalBytes": 2097152,
              "urls": "http://*:80", "adminUrls": ["http://127.0.0.1:9000"],
              "startingCredit": "0.000000001", "localEngines": true, "logLevel": "debug", "drain": "1.5s",
              "limits": { "bodyBytesMax": 2048, "answerBytesMax": 4096, "eventBytesMax": 8192, "headerBytesMax": 16384, "headerTimeout": 5, "bodyTimeout": "1500ms", "keepAlive": "3m", "attemptsMax": 2 },
              "streaming": { "keepAliveInterval": 0, "keepAliveComment": "HI" },
              "routing": { "strategy": "classic", "hedging": { "mode": "all", "shareMax": 0.5, "costPerHourMax": "0.25", "delayMin": "1s", "delayMax": "2s", "delayUntilLearned": 3, "withCache": true } },
              "freeModels": { "perMinute": 1, "perDay": 2, "perDayWithCredit": 3, "creditThreshold": 4.5 },
            }
            """).Settings();

        Assert.Equal(_folder.File("books"), settings.Storage.DataDirectory);
        Assert.Equal("sqlite:" + _folder.File("my.db"), settings.Storage.Database);
        Assert.Equal(DurabilityLevel.Disk, settings.Storage.Durability);
        Assert.Equal(2 << 20, settings.Storage.JournalBytes);
        Assert.Equal(["http://*:80"], settings.Urls);
        Assert.Equal(["http://127.0.0.1:9000"], settings.AdminUrls);
        Assert.Equal(new NanoUsd(1), settings.StartingCredit);
        Assert.True(settings.LocalEngines);
        Assert.Equal(LogLevel.Debug, settings.LogLevel);
        Assert.Equal(TimeSpan.FromSeconds(1.5), settings.Gateway.Drain);
        Assert.Equal(
            new()
            {
                BodyBytesMax = 2048,
                AnswerBytesMax = 4096,
                EventBytesMax = 8192,
                HeaderBytesMax = 16384,
                HeaderTimeout = TimeSpan.FromSeconds(5),
                BodyTimeout = TimeSpan.FromSeconds(1.5),
                KeepAlive = TimeSpan.FromMinutes(3),
                AttemptsMax = 2,
            },
            settings.Gateway.Limits);
        Assert.Equal(new() { KeepAliveInterval = TimeSpan.Zero, KeepAliveComment = "HI" }, settings.Gateway.Streaming);
        Assert.Equal(
            new()
            {
                Strategy = "classic",
                Hedging = new()
                {
                    Mode = HedgeMode.All,
                    ShareMax = 0.5m,
                    CostPerHourMax = NanoUsd.FromUsd(0.25m),
                    DelayMin = TimeSpan.FromSeconds(1),
                    DelayMax = TimeSpan.FromSeconds(2),
                    DelayUntilLearned = TimeSpan.FromSeconds(3),
                    WithCache = true,
                },
            },
            settings.Gateway.Routing);
        Assert.Equal(new() { PerMinute = 1, PerDay = 2, PerDayWithCredit = 3, CreditThresholdUsd = 4.5m }, settings.Gateway.FreeModels);
    }

    [Fact]
    public void The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        _folder.With("""{ "data": "of-file", "database": "of-file.db", "urls": "http://127.0.0.1:1" }""")
            .WithVariable("TURNPIKE_DATA", "of-environment")
            .WithVariable("TURNPIKE_DATABASE", "postgres://user@host/db");
        _folder.CommandLine = new() { Data = "of-line" };

        var settings = _folder.Settings();

        Assert.Equal(_folder.File("of-line"), settings.Storage.DataDirectory);
        Assert.Equal("postgres://user@host/db", settings.Storage.Database);
        Assert.Equal(["http://127.0.0.1:1"], settings.Urls);
    }

    [Fact]
    public void Several_addresses_stand_in_one_text_outside_the_file() =>
        Assert.Equal(
            ["http://127.0.0.1:1", "http://[::1]:2"],
            _folder.WithVariable("TURNPIKE_URLS", "http://127.0.0.1:1; http://[::1]:2").Settings().Urls);

    [Fact]
    public void The_variable_names_the_file_and_paths_in_it_start_from_its_folder()
    {
        Directory.CreateDirectory(_folder.File("etc"));
        _folder.WithFile("etc/t.json", """{ "data": "d" }""").WithVariable("TURNPIKE_CONFIG", "etc/t.json");

        Assert.Equal(_folder.File("etc/d"), _folder.Settings().Storage.DataDirectory);
    }
}
