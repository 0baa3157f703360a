module cgocall-benches

go 1.25
