fn main() -> Result<(), Error> {
    let __body = move || -> Result<(), Error> {
        run()?;
        Ok(())
    };
    unsafe { ::cgocall::__private::main_migrating(__body) }
}
