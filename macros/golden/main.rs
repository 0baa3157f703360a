fn main() -> Result<(), Error> {
    ::cgocall::__private::main(move || -> Result<(), Error> {
        run()?;
        Ok(())
    })
}
